// mprotect.
#pragma once

#include "checker/facets/questions.h"

namespace checker::inline facets {

template <> struct Facets<model::Mprotect> : OperationDefaults<model::Mprotect> {
    static constexpr bool explored = true;
};

} // namespace checker::inline facets
