// What a setting of KSM is set to.
#pragma once

#include "checker/facets/questions.h"

namespace checker::inline facets {

template <> struct Facets<model::KnobValue> : FieldDefaults<model::KnobValue> {
    static void draw(Draft& d, model::KnobValue& f) {
        f.v = d.random.below(4);
        if (goes_wrong(d, 100)) f.v = 99;
    }
    static std::vector<model::KnobValue> choices(const Bounds&, model::Pid) { return {{0}, {1}, {2}, {3}}; }
    static std::uint64_t rank(const model::KnobValue& f) { return f.v ? f.v - 1 : 1000; }
    static std::vector<model::KnobValue> values(const ValuesInUse&) { return {{1}, {2}, {3}}; }
};

} // namespace checker::inline facets
