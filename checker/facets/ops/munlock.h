// munlock: rare, since it changes little that a walk meets.
#pragma once

#include "checker/facets/questions.h"

namespace checker::inline facets {

template <> struct Facets<model::Munlock> : OperationDefaults<model::Munlock> {
    static constexpr std::uint32_t weight = 2;
};

} // namespace checker::inline facets
