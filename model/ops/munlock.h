// munlock: mm/mlock.c.
#pragma once

#include <tuple>

#include "model/ops/fields.h"

namespace model {

struct Munlock {
    Address addr;
    Length length;

    static constexpr std::string_view name = "munlock";
    static constexpr bool by_kernel = false;
    static constexpr auto fields = std::tuple{&Munlock::addr, &Munlock::length};
    friend bool operator==(const Munlock&, const Munlock&) = default;
};

// 0. ENOMEM, EINVAL.
Result apply(Context c, const Munlock& op);

} // namespace model
