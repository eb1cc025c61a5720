// brk: mm/mmap.c SYSCALL_DEFINE1(brk), mm/vma.c do_brk_flags(). The first brk of a process says where its heap begins.
#pragma once

#include <tuple>

#include "model/ops/fields.h"

namespace model {

struct Brk {
    Address addr;

    static constexpr std::string_view name = "brk";
    static constexpr bool by_kernel = false;
    static constexpr Returns returns = Returns::address;
    static constexpr auto fields = std::tuple{&Brk::addr};
    friend bool operator==(const Brk&, const Brk&) = default;
};

// The break that holds afterwards; failing is not moving.
Result apply(Context c, const Brk& op);

} // namespace model
