// The running kernel as an interpreter of actions: what a real process, or the real kernel, is asked to do.
#pragma once

#include <initializer_list>

#include "checker/kernels/agent/executor.h"

namespace checker::kernels {

using Played = Available<model::Result>;

// One overload for each action.
struct Play {
    Executor& e;

    Played operator()(const SystemCall& a) const;
    Played operator()(const FillPages& a) const { return touch(a.pid, a, a.address, a.length); }
    Played operator()(const ReadPages& a) const { return touch(a.pid, a, a.address, a.length); }
    Played operator()(const BeginHeap& a) const;
    Played operator()(const ForkProcess& a) const;
    Played operator()(const ExitProcess& a) const;
    Played operator()(const FullScans& a) const;
    Played operator()(const WriteSetting& a) const;
    Played operator()(const ReclaimPage& a) const;
    Played operator()(const DropFromSwapCache& a) const;
    Played operator()(const MigratePage&) const { return unavailable("migrating one page needs two NUMA nodes"); }
    Played operator()(const LookAtMachine&) const { return model::Result{}; } // compared through what is observed

  private:
    Played tell(model::Pid pid, const Action& action) const;
    Played touch(model::Pid pid, const Action& action, std::uint64_t address, std::uint64_t length) const;
    std::optional<std::int64_t> page_out(const Process& p, std::uint64_t page) const;
    // Keeps pages in the swap cache while they are reclaimed: a reference of a pipe on each.
    std::vector<std::int64_t> hold(const Process& p, std::span<const std::uint64_t> pages) const;
    void release(const Process& p, std::span<const std::int64_t> pipes) const;
    Played page_out_range(const SystemCall& a) const;
    bool cached(const Process& p, std::uint64_t page) const;
    bool push_out(const Process& p, std::uint64_t page) const;
    Played reclaim_page_of_file(const Process& p, std::uint64_t page, std::uint64_t frame) const;
};

inline const auto gone = unavailable("a process of the trace has ended by itself or does not answer");
inline const auto no_such_process = unavailable("no such process");

} // namespace checker::kernels
