// load.
#pragma once

#include "checker/facets/questions.h"

namespace checker::inline facets {

template <> struct Facets<model::Load> : OperationDefaults<model::Load> {
    static constexpr bool explored = true;
    static constexpr std::uint64_t rank = 1;
    static constexpr bool changes_mappings = false;
};

} // namespace checker::inline facets
