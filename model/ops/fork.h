// fork: kernel/fork.c dup_mm(). The trace states the pid of the child.
#pragma once

#include <tuple>

#include "model/ops/fields.h"

namespace model {

struct Fork {
    static constexpr std::string_view name = "fork";
    static constexpr bool by_kernel = false;
    static constexpr Returns returns = Returns::pid;
    static constexpr std::tuple<> fields{};
    friend bool operator==(const Fork&, const Fork&) = default;
};

// The pid of the child.
Result apply(Context c, const Fork& op);
Forking begin(Context c, const Fork& op); // of a fork that the trace says fails there is nothing to begin: BadInput

} // namespace model
