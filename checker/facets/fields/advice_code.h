// Advice of madvise.
#pragma once

#include "checker/facets/questions.h"

namespace checker::inline facets {

template <> struct Facets<model::AdviceCode> : FieldDefaults<model::AdviceCode> {
    static void draw(Draft& d, model::AdviceCode& f) {
        constexpr std::uint64_t often[] = {model::madv_mergeable, model::madv_mergeable,   model::madv_mergeable,
                                           model::madv_mergeable, model::madv_unmergeable, model::madv_unmergeable,
                                           model::madv_dontneed,  model::madv_dontneed,    model::madv_pageout,
                                           model::madv_pageout};
        constexpr std::uint64_t strange[] = {
            model::madv_dontfork,   model::madv_dofork, model::madv_wipeonfork,      model::madv_keeponfork,
            model::madv_random,     model::madv_normal, model::madv_populate_read,   model::madv_populate_write,
            model::madv_nohugepage, model::madv_free,   model::madv_dontneed_locked, model::madv_cold};
        f.v = d.random.percent(d.mix.strange) ? d.random.pick(strange) : d.random.pick(often);
        if (goes_wrong(d, 60)) f.v = 99;
    }

    static std::vector<model::AdviceCode> choices(const Bounds& b, model::Pid) {
        return all_of<model::AdviceCode>(b.advice);
    }

    static std::uint64_t rank(const model::AdviceCode& f) { return rank_in(simple, f.v); }
    static std::vector<model::AdviceCode> values(const ValuesInUse&) { return all_of<model::AdviceCode>(simple); }
    static bool unusual(const model::AdviceCode& f) { return rank(f) >= std::size(simple) - 1; }

  private:
    static constexpr std::uint64_t simple[] = {
        model::madv_mergeable, model::madv_unmergeable, model::madv_dontneed,      model::madv_pageout,
        model::madv_dontfork,  model::madv_wipeonfork,  model::madv_populate_write};
};

} // namespace checker::inline facets
