// madvise: mm/madvise.c do_madvise().
#pragma once

#include <tuple>

#include "model/ops/fields.h"

namespace model {

struct Madvise {
    Address addr;
    Length length;
    AdviceCode advice;

    static constexpr std::string_view name = "madvise";
    static constexpr bool by_kernel = false;
    static constexpr auto fields = std::tuple{&Madvise::addr, &Madvise::length, &Madvise::advice};
    friend bool operator==(const Madvise&, const Madvise&) = default;
};

// 0. EINVAL; ENOMEM after all mapped parts, where there was a hole; EAGAIN at the limit of VMAs.
Result apply(Context c, const Madvise& op);

} // namespace model
