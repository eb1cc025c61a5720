// mprotect: mm/mprotect.c do_mprotect_pkey().
#pragma once

#include <tuple>

#include "model/ops/fields.h"

namespace model {

struct Mprotect {
    Address addr;
    Length length;
    ProtBits prot;

    static constexpr std::string_view name = "mprotect";
    static constexpr bool by_kernel = false;
    static constexpr auto fields = std::tuple{&Mprotect::addr, &Mprotect::length, &Mprotect::prot};
    friend bool operator==(const Mprotect&, const Mprotect&) = default;
};

// 0. EINVAL, ENOMEM (a hole, or the limit of VMAs), EACCES; VMAs before the error stay changed.
Result apply(Context c, const Mprotect& op);

} // namespace model
