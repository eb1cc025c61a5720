// prctl: madvise(MADV_MERGEABLE) of everything, which says it better.
#pragma once

#include "checker/facets/questions.h"

namespace checker::inline facets {

template <> struct Facets<model::Prctl> : OperationDefaults<model::Prctl> {
    static constexpr std::uint32_t weight = 2;
    static bool stands_in(const model::Prctl&) { return false; }
};

} // namespace checker::inline facets
