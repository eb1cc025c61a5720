// What every process of a trace does, on this machine and in a guest.
#pragma once

#include "checker/kernels/agent/program/sys.h"

namespace checker::agent {

// Faults of an access of a trace become an error; children are not waited for.
void handle_faults();
// Process `index` takes its area: the upper half is its stack, the lower half takes signals. No child inherits it.
void settle(u64 index);
// Does what a process can be told, except Order::exit. `before` is what it answered last.
i64 perform(const Record& r, i64 before);
// Starts process `index` as a child of the caller. Returns its pid.
i64 fork_to(u64 index);
// channel.cc: the loop of process `index`, until it is told to exit or whoever tells it is gone.
[[noreturn]] void serve(u64 index);

} // namespace checker::agent
