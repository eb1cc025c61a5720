// load: the process reads every page of the range.
#pragma once

#include <tuple>

#include "model/ops/fields.h"

namespace model {

struct Load {
    Address addr;
    Length length;

    static constexpr std::string_view name = "load";
    static constexpr bool by_kernel = false;
    static constexpr auto fields = std::tuple{&Load::addr, &Load::length};
    friend bool operator==(const Load&, const Load&) = default;
};

// 0. EFAULT where the process would get SIGSEGV.
Result apply(Context c, const Load& op);

} // namespace model
