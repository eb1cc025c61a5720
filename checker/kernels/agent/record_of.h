// An action as the record that tells an agent of it.
#pragma once

#include <cstdint>
#include <functional>

#include "checker/facets/actions.h"
#include "checker/kernels/agent/protocol.h"

namespace checker::kernels {

// `index`: which process of the agent's a pid of the trace is; for the child of a fork, which it will be.
using IndexOf = std::function<std::uint64_t(model::Pid)>;

agent::Record record_of(const Action& action, const IndexOf& index);

} // namespace checker::kernels
