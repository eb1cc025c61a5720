// swap_out.
#pragma once

#include "checker/facets/pages.h"
#include "checker/facets/questions.h"

namespace checker::inline facets {

template <> struct Facets<model::SwapOut> : OperationDefaults<model::SwapOut> {
    static constexpr bool explored = true;
    static bool enabled(const model::Kernel& k, const Bounds&, model::Id<model::Mm>, const model::SwapOut& op) {
        return has_page(k, op.pid, op.addr);
    }
    static constexpr std::uint64_t rank = 1;
    static bool uses_walk(const model::SwapOut&) { return true; }
};

} // namespace checker::inline facets
