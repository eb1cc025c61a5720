// Files: none, 3, and a second one.
#pragma once

#include "checker/facets/questions.h"

namespace checker::inline facets {

template <> struct Facets<model::Fd> : FieldDefaults<model::Fd> {
    static void draw(Draft& d, model::Fd& f) {
        f.v = d.map_flags & model::map_anonymous ? -1 : d.random.percent(85) ? 3 : 4;
        if (goes_wrong(d, 50)) f.v = -1;
    }

    static std::vector<model::Fd> choices(const Bounds& b, model::Pid) {
        std::vector<model::Fd> all{{-1}};
        for (unsigned i = 0; i < b.files; ++i) all.push_back({3 + static_cast<std::int32_t>(i)});
        return all;
    }

    static std::uint64_t rank(const model::Fd& f) { return f.v < 0 ? 0 : f.v == 3 ? 1 : 2; }
    static std::vector<model::Fd> values(const ValuesInUse&) { return {{-1}, {3}}; }
};

} // namespace checker::inline facets
