// ftruncate: a file gets another length. fs/open.c do_ftruncate(), mm/truncate.c truncate_setsize().
#pragma once

#include <tuple>

#include "model/ops/fields.h"

namespace model {

struct Ftruncate {
    Fd fd;
    FileSize length;

    static constexpr std::string_view name = "ftruncate";
    static constexpr bool by_kernel = false;
    static constexpr auto fields = std::tuple{&Ftruncate::fd, &Ftruncate::length};
    friend bool operator==(const Ftruncate&, const Ftruncate&) = default;
};

// 0. EINVAL for a length that is negative as a signed number, EBADF.
Result apply(Context c, const Ftruncate& op);

} // namespace model
