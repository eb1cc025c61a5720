// store: what makes pages, and makes them alike.
#pragma once

#include "checker/facets/questions.h"

namespace checker::inline facets {

template <> struct Facets<model::Store> : OperationDefaults<model::Store> {
    static constexpr std::uint32_t weight = 16;
    static constexpr bool needed = true;
    static constexpr unsigned opens = 3, opens_shared = 2;
    static void widen(model::Store& op, std::uint64_t, std::uint64_t) {
        op.length.v = std::max<std::uint64_t>(op.length.v, 2 * model::PAGE_SIZE);
    }
    static constexpr bool explored = true;
    static constexpr std::uint64_t rank = 0;
    static constexpr bool changes_mappings = false;
};

} // namespace checker::inline facets
