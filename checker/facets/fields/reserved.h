// An argument that must be 0.
#pragma once

#include "checker/facets/questions.h"

namespace checker::inline facets {

template <> struct Facets<model::Reserved> : FieldDefaults<model::Reserved> {
    static void draw(Draft& d, model::Reserved& f) {
        f.v = 0;
        if (goes_wrong(d, 40)) f.v = 1;
    }
    static std::uint64_t rank(const model::Reserved& f) { return f.v; }
};

} // namespace checker::inline facets
