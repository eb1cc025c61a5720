// Flags of mremap.
#pragma once

#include "checker/facets/questions.h"

namespace checker::inline facets {

template <> struct Facets<model::MremapBits> : FieldDefaults<model::MremapBits> {
    static void draw(Draft& d, model::MremapBits& f) {
        const std::uint32_t kind = d.random.below(100);
        f.v = kind < 62   ? move
              : kind < 78 ? move | model::mremap_dontunmap
              : kind < 84 ? model::mremap_maymove | model::mremap_dontunmap
              : kind < 94 ? std::uint64_t{model::mremap_maymove}
                          : std::uint64_t{0};
        if (goes_wrong(d, 50)) f.v = d.random.below(16);
    }

    static std::vector<model::MremapBits> choices(const Bounds&, model::Pid) {
        return {{0}, {move}, {move | model::mremap_dontunmap}};
    }

    static std::uint64_t rank(const model::MremapBits& f) { return rank_in(simple, f.v); }
    static std::vector<model::MremapBits> values(const ValuesInUse&) { return all_of<model::MremapBits>(simple); }
    static bool unusual(const model::MremapBits& f) { return rank(f) >= std::size(simple); }

  private:
    static constexpr std::uint64_t move = model::mremap_maymove | model::mremap_fixed;
    static constexpr std::uint64_t simple[] = {move, model::mremap_maymove, move | model::mremap_dontunmap,
                                               model::mremap_maymove | model::mremap_dontunmap};
};

} // namespace checker::inline facets
