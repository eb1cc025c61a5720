// A page-table entry by its place: what walks find and the truth consists of.
#pragma once

#include <compare>

#include "model/kernel.h"

namespace checker::inline walks {

using model::Pid;
using model::Vpn;

// A page-table entry by its place: this process, this page.
struct MappedAt {
    Pid pid = 0;
    Vpn page;

    friend auto operator<=>(const MappedAt&, const MappedAt&) = default;
};

} // namespace checker::inline walks
