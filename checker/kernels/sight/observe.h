// The picture of the real machine.
#pragma once

#include <optional>

#include "checker/kernels/agent/executor.h"
#include "checker/kernels/sight/kernel_memory.h"
#include "checker/kernels/sight/picture.h"

namespace checker::kernels {

struct Eyes {
    Level level = Level::maps;
    std::string why_not_higher;         // empty at the highest level
    std::optional<KernelMemory> memory; // at level kernel
};

// The most that this process may see, but not more than `at_most`.
Eyes open_eyes(Level at_most);

// Counters of KSM when the trace began: they only go on. (ksm_zero_pages should be 0 then, but the kernel loses track
// of it when a process forks that has such pages in a VMA with MADV_DONTFORK: ksm_fork() counts them for the child,
// too.)
struct KsmBefore {
    std::uint64_t pages_skipped = 0;
    std::int64_t zero_pages = 0;
};

struct ObserveOptions {
    bool contents = true; // read a byte of every page
    KsmBefore before;
};

// What the processes of the executor look like now. `ksm`: null where the trace has nothing to do with it.
Available<Picture> observe(Eyes& eyes, Executor& executor, const KsmControl* ksm, const ObserveOptions& how);

} // namespace checker::kernels
