// mmap: private anonymous memory, or a private or shared mapping of a file. mm/mmap.c do_mmap(), mm/vma.c
// mmap_region().
#pragma once

#include <tuple>

#include "model/ops/fields.h"

namespace model {

struct Mmap {
    Address addr;
    Length length;
    ProtBits prot;
    MapBits flags;
    Fd fd;
    FileOffset offset;

    static constexpr std::string_view name = "mmap";
    static constexpr bool by_kernel = false;
    static constexpr Returns returns = Returns::address;
    static constexpr auto fields =
        std::tuple{&Mmap::addr, &Mmap::length, &Mmap::prot, &Mmap::flags, &Mmap::fd, &Mmap::offset};
    friend bool operator==(const Mmap&, const Mmap&) = default;
};

// Returns the address. EINVAL, ENOMEM, EOVERFLOW, EEXIST, EBADF, EOPNOTSUPP. Without MAP_FIXED the trace states the
// address.
Result apply(Context c, const Mmap& op);

} // namespace model
