// swap_out: reclaim of one page. Every entry that the walk finds becomes a swap entry; the page stays in the swap
// cache.
#pragma once

#include <tuple>

#include "model/ops/fields.h"

namespace model {

struct SwapOut {
    PidArg pid;
    Address addr;

    static constexpr std::string_view name = "swap_out";
    static constexpr bool by_kernel = true;
    static constexpr auto fields = std::tuple{&SwapOut::pid, &SwapOut::addr};
    friend bool operator==(const SwapOut&, const SwapOut&) = default;
};

// 0 if nothing maps the page any more. EFAULT if no page is mapped there; EAGAIN if an entry was missed.
Result apply(Context c, const SwapOut& op);
Reclaiming begin(Context c, const SwapOut& op);

} // namespace model
