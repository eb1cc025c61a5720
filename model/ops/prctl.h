// prctl(PR_SET_MEMORY_MERGE): kernel/sys.c, mm/ksm.c ksm_enable_merge_any().
#pragma once

#include <tuple>

#include "model/ops/fields.h"

namespace model {

struct Prctl {
    PrctlOption option;
    Switch on;
    Reserved arg3;
    Reserved arg4;
    Reserved arg5;

    static constexpr std::string_view name = "prctl";
    static constexpr bool by_kernel = false;
    static constexpr auto fields = std::tuple{&Prctl::option, &Prctl::on, &Prctl::arg3, &Prctl::arg4, &Prctl::arg5};
    friend bool operator==(const Prctl&, const Prctl&) = default;
};

// 0. EINVAL if an unused argument is not 0.
Result apply(Context c, const Prctl& op);

} // namespace model
