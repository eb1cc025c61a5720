// Plays operations with real processes: one for each process of the trace, all running the agent (agent/program).
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <initializer_list>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "checker/facets/lower.h"
#include "checker/kernels/agent/protocol.h"
#include "checker/kernels/ksm/ksm_control.h"
#include "checker/kernels/ksm/swap_control.h"
#include "model/ops.h"

namespace checker::kernels {

// A process of the trace that exists.
struct Process {
    model::Pid pid = 0;    // in the trace
    pid_t real = 0;        // on this machine
    std::size_t index = 0; // in the agent; 0 is process 1's alone
    int channel = -1;
    int handle = -1; // pidfd
};

class Executor {
  public:
    // Starts process 1. `ksm` and `swap` may be null: steps that need them are then unavailable. Both outlive the
    // executor.
    static Available<Executor> start(const Needs& needs, KsmControl* ksm, SwapControl* swap);
    Executor(Executor&&) noexcept;
    Executor& operator=(Executor&&) = delete;
    ~Executor(); // kills every process that it started

    // The result of the real operation (running/play.cpp).
    Available<model::Result> play(const model::Step& step);

    std::span<const Process> processes() const { return processes_; } // by pid of the trace
    // 0 if there is no such process of the trace.
    pid_t real_pid(model::Pid pid) const;
    // The first byte of each of these pages, ascending addresses; nothing of one that cannot be read.
    std::vector<std::optional<std::uint8_t>> peek(const Process& process, std::span<const std::uint64_t> pages);
    // The number of the trace's file behind an inode, or -1.
    std::int32_t file_of(std::uint64_t inode) const;

  private:
    struct File {
        std::int32_t number;
        int fd;
        std::uint64_t inode;
    };
    friend struct Play;

    Executor() = default;
    // What the process answers; nothing if it is gone.
    std::optional<std::int64_t> ask(const Process& process, const agent::Record& record);
    std::optional<std::int64_t> ask(const Process& process, agent::Order verb,
                                    std::initializer_list<std::uint64_t> args);
    Process* find(model::Pid pid);
    // An index that no process has; as many as channels if there is none.
    std::size_t free_index() const;

    KsmControl* ksm_ = nullptr;
    SwapControl* swap_ = nullptr;
    pid_t group_ = 0;
    std::vector<Process> processes_;
    std::vector<int> channels_; // our end for each index; those of processes that do not exist wait here
    SoFar so_far_;
    std::vector<File> files_;
    std::map<std::uint64_t, std::uint64_t> cached_; // swap entries whose page we left in the swap cache: its frame
    std::vector<int> affinity_;                     // CPUs that this thread may use otherwise
};

} // namespace checker::kernels
