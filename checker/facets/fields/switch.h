// On or off.
#pragma once

#include "checker/facets/questions.h"

namespace checker::inline facets {

template <> struct Facets<model::Switch> : FieldDefaults<model::Switch> {
    static void draw(Draft& d, model::Switch& f) {
        f.v = d.random.percent(70);
        if (goes_wrong(d, 40)) f.v = 1;
    }
    static std::vector<model::Switch> choices(const Bounds&, model::Pid) { return {{0}, {1}}; }
    static std::uint64_t rank(const model::Switch& f) { return f.v; }
    static std::vector<model::Switch> values(const ValuesInUse&) { return {{0}, {1}}; }
};

} // namespace checker::inline facets
