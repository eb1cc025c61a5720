// swap_cache_drop.
#pragma once

#include "checker/facets/pages.h"
#include "checker/facets/questions.h"

namespace checker::inline facets {

template <> struct Facets<model::SwapCacheDrop> : OperationDefaults<model::SwapCacheDrop> {
    static constexpr std::uint32_t weight = 3;
    static bool enabled(const model::Kernel& k, const Bounds&, model::Id<model::Mm>, const model::SwapCacheDrop& op) {
        return is_swapped_out(k, op.pid, op.addr);
    }
};

} // namespace checker::inline facets
