// The picture of the real machine.
#pragma once

#include <optional>
#include <variant>

#include "checker/live/executor.h"
#include "checker/live/kernel_memory.h"
#include "checker/live/picture.h"

namespace checker::live {

struct Eyes {
    Level level = Level::maps;
    std::string why_not_higher;         // empty at the highest level
    std::optional<KernelMemory> memory; // at level kernel
};

// The most that this process may see, but not more than `at_most`.
Eyes open_eyes(Level at_most);

struct ObserveOptions {
    bool contents = true;            // read a byte of every page
    std::uint64_t skipped_before = 0; // ksm/pages_skipped when the trace began
};

// What the processes of the executor look like now. `ksm`: null where the trace has nothing to do with it.
std::variant<Picture, Unavailable> observe(Eyes& eyes, Executor& executor, const KsmControl* ksm, const ObserveOptions& how);

} // namespace checker::live
