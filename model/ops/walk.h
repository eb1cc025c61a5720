// walk: changes nothing. The judge lets every strategy walk the page that is mapped there (checker/judge/judge.h).
#pragma once

#include <tuple>

#include "model/ops/fields.h"

namespace model {

struct Walk {
    PidArg pid;
    Address addr;

    static constexpr std::string_view name = "walk";
    static constexpr bool by_kernel = true;
    static constexpr auto fields = std::tuple{&Walk::pid, &Walk::addr};
    friend bool operator==(const Walk&, const Walk&) = default;
};

// 0. EFAULT if no page is mapped there.
Result apply(Context c, const Walk& op);

} // namespace model
