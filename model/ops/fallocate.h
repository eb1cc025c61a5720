// fallocate: room in a file, or a hole. fs/open.c vfs_fallocate(), mm/shmem.c shmem_fallocate().
#pragma once

#include <tuple>

#include "model/ops/fields.h"

namespace model {

struct Fallocate {
    Fd fd;
    FallocBits mode;
    FileOffset offset;
    Length length;

    static constexpr std::string_view name = "fallocate";
    static constexpr bool by_kernel = false;
    static constexpr auto fields = std::tuple{&Fallocate::fd, &Fallocate::mode, &Fallocate::offset, &Fallocate::length};
    friend bool operator==(const Fallocate&, const Fallocate&) = default;
};

// 0. EINVAL, EOPNOTSUPP, EBADF. Without FALLOC_FL_PUNCH_HOLE a file that is too short grows, and nothing else happens.
Result apply(Context c, const Fallocate& op);

} // namespace model
