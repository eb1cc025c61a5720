// From a step to what a real kernel is told: derived once, for every kernel that plays it and every text that shows it.
//
// An ordinary system call needs a line with its number (lower.cpp): its fields are the arguments, in order.
#pragma once

#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "checker/facets/actions.h"
#include "model/ops.h"

namespace checker::inline facets {

// What a trace needs before it can begin, found by looking at its steps.
struct Needs {
    bool ksm = false;                // anything that ksmd would act on
    bool swap = false;               // somewhere to swap to
    std::size_t processes = 1;       // at most, at a time; the first one counts to the end
    std::vector<std::int32_t> files; // their numbers in the trace; file_fd + index is open in every process
    std::uint64_t file_size = 0;     // bytes: all of them are at least that long
};
Needs needs_of(std::span<const model::Step> steps);

// What earlier steps have made, as far as later actions depend on it.
struct SoFar {
    std::vector<std::int32_t> files; // Needs::files
    std::set<model::Pid> heaps;      // processes whose heap has begun
    bool ksmd_runs = true;           // `run` is 1
};

struct Lowered {
    // In order. The result of the last one is the step's.
    std::vector<Action> actions;
    // Where the trace says that the kernel's own choice fell, if it makes one. EEXIST or another address as the result
    // then means a kernel that chose otherwise, not one that works otherwise.
    std::optional<std::uint64_t> place;
    // Why no kernel can be told; empty: it can.
    std::string unavailable;
};

Lowered lower(const model::Step& step, SoFar& so_far);

} // namespace checker::inline facets
