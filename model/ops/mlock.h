// mlock: mm/mlock.c do_mlock(). RLIMIT_MEMLOCK is left out.
#pragma once

#include <tuple>

#include "model/ops/fields.h"

namespace model {

struct Mlock {
    Address addr;
    Length length;

    static constexpr std::string_view name = "mlock";
    static constexpr bool by_kernel = false;
    static constexpr auto fields = std::tuple{&Mlock::addr, &Mlock::length};
    friend bool operator==(const Mlock&, const Mlock&) = default;
};

// 0. ENOMEM (a hole, or pages that may not be read), EINVAL, EAGAIN.
Result apply(Context c, const Mlock& op);

} // namespace model
