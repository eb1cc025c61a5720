// ksmd: full scans; none while `run` is not 1. mm/ksm.c ksm_do_scan(), ksmd_should_run().
#pragma once

#include <tuple>

#include "model/ops/fields.h"

namespace model {

struct Ksmd {
    Count scans;

    static constexpr std::string_view name = "ksmd";
    static constexpr bool by_kernel = true;
    static constexpr auto fields = std::tuple{&Ksmd::scans};
    friend bool operator==(const Ksmd&, const Ksmd&) = default;
};

// 0.
Result apply(Context c, const Ksmd& op);
Scanning begin(Context c, const Ksmd& op);

} // namespace model
