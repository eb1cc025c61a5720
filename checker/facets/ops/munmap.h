// munmap.
#pragma once

#include "checker/facets/questions.h"

namespace checker::inline facets {

template <> struct Facets<model::Munmap> : OperationDefaults<model::Munmap> {
    static constexpr bool explored = true;
    static constexpr std::uint64_t rank = 0;
};

} // namespace checker::inline facets
