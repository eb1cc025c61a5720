// store: the process fills every page of the range with one byte.
#pragma once

#include <tuple>

#include "model/ops/fields.h"

namespace model {

struct Store {
    Address addr;
    Length length;
    Byte byte;

    static constexpr std::string_view name = "store";
    static constexpr bool by_kernel = false;
    static constexpr auto fields = std::tuple{&Store::addr, &Store::length, &Store::byte};
    friend bool operator==(const Store&, const Store&) = default;
};

// 0. EFAULT where the process would get SIGSEGV; pages before that are written.
Result apply(Context c, const Store& op);

} // namespace model
