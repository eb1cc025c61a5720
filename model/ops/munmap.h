// munmap: mm/vma.c do_vmi_munmap().
#pragma once

#include <tuple>

#include "model/ops/fields.h"

namespace model {

struct Munmap {
    Address addr;
    Length length;

    static constexpr std::string_view name = "munmap";
    static constexpr bool by_kernel = false;
    static constexpr auto fields = std::tuple{&Munmap::addr, &Munmap::length};
    friend bool operator==(const Munmap&, const Munmap&) = default;
};

// 0. EINVAL; ENOMEM where one VMA would become two at the limit.
Result apply(Context c, const Munmap& op);

} // namespace model
