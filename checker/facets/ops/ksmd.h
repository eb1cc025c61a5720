// ksmd: what merges.
#pragma once

#include "checker/facets/questions.h"

namespace checker::inline facets {

template <> struct Facets<model::Ksmd> : OperationDefaults<model::Ksmd> {
    static constexpr std::uint32_t weight = 10;
    static constexpr bool needed = true;
    static constexpr unsigned opens = 4, opens_shared = 5;
    static void widen(model::Ksmd& op, std::uint64_t, std::uint64_t) { op.scans.v = 2; }
    static constexpr bool explored = true;
    static constexpr std::uint64_t rank = 0;
    static constexpr bool changes_items = true;
    static constexpr Brought brings = Brought::by_merging;
};

} // namespace checker::inline facets
