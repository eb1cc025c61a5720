// What a real kernel is told: one plain record for each thing that a process does or that is done to the kernel.
//
// Actions are made by lower() alone. Whoever plays or prints them (checker/kernels: the running kernel, a guest,
// export/) visits all of them, so that a new action is a compile error wherever it is not thought of. Processes have
// the pids of the trace; a file is the descriptor file_fd plus its index among the files of the trace.
#pragma once

#include <array>
#include <cstdint>
#include <variant>

#include "model/ops/fields.h"

namespace checker::inline facets {

struct SystemCall {
    model::Pid pid = 0;
    long number = 0; // SYS_*
    std::array<std::uint64_t, 6> arguments{};
    bool after_enomem = false; // only if the action before returned ENOMEM; else that result is the result
};
struct FillPages { // writes: every page that the range meets, until one cannot be written. EFAULT then
    model::Pid pid = 0;
    std::uint64_t address = 0, length = 0;
    std::uint8_t byte = 0;
};
struct ReadPages { // reads a byte of every page that the range meets. EFAULT where one cannot be read
    model::Pid pid = 0;
    std::uint64_t address = 0, length = 0;
};
struct BeginHeap { // the heap of the process begins there, and is empty
    model::Pid pid = 0;
    std::uint64_t address = 0;
};
struct ForkProcess {
    model::Pid pid = 0, child = 0;
};
struct ExitProcess {
    model::Pid pid = 0;
};
struct FullScans { // of ksmd, to the end of the last. None where the trace has written another `run` than 1
    std::uint64_t scans = 0;
};
struct WriteSetting { // of /sys/kernel/mm/ksm
    model::KnobName knob = model::KnobName::run;
    std::uint64_t value = 0;
};
struct ReclaimPage { // reclaim tries the page once, and leaves it in the swap cache
    model::Pid pid = 0;
    std::uint64_t address = 0;
};
struct DropFromSwapCache {
    model::Pid pid = 0;
    std::uint64_t address = 0;
};
struct MigratePage {
    model::Pid pid = 0;
    std::uint64_t address = 0;
};
struct LookAtMachine {}; // nothing is done; what can be seen is looked at

using Action = std::variant<SystemCall, FillPages, ReadPages, BeginHeap, ForkProcess, ExitProcess, FullScans,
                            WriteSetting, ReclaimPage, DropFromSwapCache, MigratePage, LookAtMachine>;

inline constexpr int file_fd = 160; // the descriptor of the first file of a trace, in every process

} // namespace checker::inline facets
