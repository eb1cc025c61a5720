// swap_cache_drop: the page behind a swap entry is written out and leaves memory. mm/vmscan.c __remove_mapping().
#pragma once

#include <tuple>

#include "model/ops/fields.h"

namespace model {

struct SwapCacheDrop {
    PidArg pid;
    Address addr;

    static constexpr std::string_view name = "swap_cache_drop";
    static constexpr bool by_kernel = true;
    static constexpr auto fields = std::tuple{&SwapCacheDrop::pid, &SwapCacheDrop::addr};
    friend bool operator==(const SwapCacheDrop&, const SwapCacheDrop&) = default;
};

// 0. EFAULT if there is no swap entry; ENOENT if no page caches it; EBUSY if something maps the page.
Result apply(Context c, const SwapCacheDrop& op);

} // namespace model
