// Flags of mmap.
#pragma once

#include "checker/facets/questions.h"

namespace checker::inline facets {

template <> struct Facets<model::MapBits> : FieldDefaults<model::MapBits> {
    static void draw(Draft& d, model::MapBits& f) {
        f.v = at_a_place;
        if (!d.random.percent(d.mix.files)) f.v |= model::map_anonymous;
        if (d.mix.noreserve) f.v |= model::map_noreserve;
        if (d.random.percent(d.mix.strange)) {
            constexpr std::uint64_t more[] = {model::map_growsdown,       model::map_populate,  model::map_locked,
                                              model::map_fixed_noreplace, model::map_noreserve, model::map_stack};
            f.v |= d.random.pick(more);
        }
        if (d.random.percent(d.mix.strange)) f.v &= ~std::uint64_t{model::map_fixed};
        if (d.mix.shared && !(f.v & model::map_anonymous) && d.random.percent(d.mix.shared))
            f.v ^=
                d.random.percent(15) ? model::map_shared : model::map_private | model::map_shared; // validated or not
        if (goes_wrong(d, 50)) f.v ^= model::map_private;
        d.map_flags = f.v;
    }

    static std::vector<model::MapBits> choices(const Bounds& b, model::Pid) {
        std::vector<model::MapBits> all{{at_a_place | model::map_anonymous}};
        if (b.files) all.push_back({at_a_place});
        if (b.files && b.shared) all.push_back({shared_at_a_place});
        return all;
    }

    static std::uint64_t rank(const model::MapBits& f) { return rank_in(simple, f.v); }
    static std::vector<model::MapBits> values(const ValuesInUse&) { return all_of<model::MapBits>(simple); }
    static bool unusual(const model::MapBits& f) { return rank(f) >= std::size(simple); }
    static model::MapBits usual(const model::MapBits& f) {
        if (f.v & model::map_shared) return {(f.v & model::map_noreserve) | shared_at_a_place};
        return {(f.v & (model::map_anonymous | model::map_noreserve)) | at_a_place};
    }

  private:
    static constexpr std::uint64_t at_a_place = model::map_private | model::map_fixed;
    static constexpr std::uint64_t shared_at_a_place = model::map_shared | model::map_fixed;
    static constexpr std::uint64_t simple[] = {at_a_place | model::map_anonymous, at_a_place,
                                               at_a_place | model::map_anonymous | model::map_noreserve,
                                               at_a_place | model::map_noreserve, shared_at_a_place};
};

} // namespace checker::inline facets
