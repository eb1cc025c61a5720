// madvise: what makes memory mergeable.
#pragma once

#include "checker/facets/questions.h"

namespace checker::inline facets {

template <> struct Facets<model::Madvise> : OperationDefaults<model::Madvise> {
    static constexpr std::uint32_t weight = 12;
    static constexpr unsigned opens = 2, opens_shared = 4;
    static void widen(model::Madvise& op, std::uint64_t start, std::uint64_t length) {
        op = {{start}, {length}, {model::madv_mergeable}};
    }
    static constexpr bool explored = true;
    static constexpr std::uint64_t rank = 0;
    static bool uses_walk(const model::Madvise& op) { return op.advice.v == model::madv_pageout; }
};

} // namespace checker::inline facets
