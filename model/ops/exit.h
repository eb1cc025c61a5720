// exit: the process and its address space go. kernel/fork.c mmput().
#pragma once

#include <tuple>

#include "model/ops/fields.h"

namespace model {

struct Exit {
    static constexpr std::string_view name = "exit";
    static constexpr bool by_kernel = false;
    static constexpr std::tuple<> fields{};
    friend bool operator==(const Exit&, const Exit&) = default;
};

// 0.
Result apply(Context c, const Exit& op);

} // namespace model
