// How often.
#pragma once

#include "checker/facets/questions.h"

namespace checker::inline facets {

template <> struct Facets<model::Count> : FieldDefaults<model::Count> {
    static void draw(Draft& d, model::Count& f) {
        f.v = pages_up_to(d, 3);
        if (goes_wrong(d, 100)) f.v = 0;
    }

    static std::vector<model::Count> choices(const Bounds& b, model::Pid) {
        std::vector<model::Count> all;
        for (unsigned i = 1; i <= b.scans; ++i) all.push_back({i});
        return all;
    }

    static std::uint64_t rank(const model::Count& f) { return f.v ? f.v - 1 : 1000; }
    static std::vector<model::Count> values(const ValuesInUse&) { return {{1}, {2}, {3}}; }
};

} // namespace checker::inline facets
