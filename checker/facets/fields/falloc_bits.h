// How room is made in a file, or taken.
#pragma once

#include "checker/facets/questions.h"

namespace checker::inline facets {

template <> struct Facets<model::FallocBits> : FieldDefaults<model::FallocBits> {
    static void draw(Draft& d, model::FallocBits& f) {
        f.v = d.random.percent(80) ? hole : 0;
        if (goes_wrong(d, 100)) f.v = model::falloc_punch_hole;
    }

    static std::vector<model::FallocBits> choices(const Bounds&, model::Pid) { return {{hole}}; }

    static std::uint64_t rank(const model::FallocBits& f) { return rank_in(simple, f.v); }
    static std::vector<model::FallocBits> values(const ValuesInUse&) { return all_of<model::FallocBits>(simple); }
    static bool unusual(const model::FallocBits& f) { return rank(f) >= std::size(simple); }

  private:
    static constexpr std::uint64_t hole = model::falloc_keep_size | model::falloc_punch_hole;
    static constexpr std::uint64_t simple[] = {hole, 0};
};

} // namespace checker::inline facets
