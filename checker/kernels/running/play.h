// One overload for each operation: what a real process, or the real kernel, is asked to do.
#pragma once

#include <sys/syscall.h>

#include <initializer_list>

#include "checker/kernels/agent/executor.h"
#include "checker/kernels/agent/protocol.h"

namespace checker::kernels {

using Played = std::variant<model::Result, Unavailable>;

struct Play {
    Executor& e;
    const model::Step& step;
    Process* self; // null for calls of the kernel

    Played operator()(const model::Mmap& op) const;
    Played operator()(const model::Munmap& op) const { return on_range(SYS_munmap, op.addr.v, op.length.v, {}); }
    Played operator()(const model::Mprotect& op) const {
        return on_range(SYS_mprotect, op.addr.v, op.length.v, op.prot.v);
    }
    Played operator()(const model::Madvise& op) const;
    Played operator()(const model::Mlock& op) const { return on_range(SYS_mlock, op.addr.v, op.length.v, {}); }
    Played operator()(const model::Munlock& op) const { return on_range(SYS_munlock, op.addr.v, op.length.v, {}); }
    Played operator()(const model::Mremap& op) const;
    Played operator()(const model::Brk& op) const;
    Played operator()(const model::Prctl& op) const {
        return call(SYS_prctl, {PR_SET_MEMORY_MERGE, op.on.v, op.arg3.v, op.arg4.v, op.arg5.v});
    }
    Played operator()(const model::Fork&) const;
    Played operator()(const model::Exit&) const;
    Played operator()(const model::Store& op) const {
        return touch(agent::Command::store, op.addr.v, op.length.v, op.byte.v);
    }
    Played operator()(const model::Load& op) const { return touch(agent::Command::load, op.addr.v, op.length.v, 0); }
    Played operator()(const model::Ksmd& op) const;
    Played operator()(const model::SetKnob& op) const;
    Played operator()(const model::SwapOut& op) const;
    Played operator()(const model::SwapCacheDrop& op) const;
    Played operator()(const model::Migrate&) const;
    Played operator()(const model::Walk&) const { return model::Result{}; } // compared through what is observed

  private:
    static constexpr std::uint64_t PR_SET_MEMORY_MERGE = 67;

    Played ask(const Process& p, agent::Command command, std::initializer_list<std::uint64_t> args) const;
    Played call(long number, std::initializer_list<std::uint64_t> args) const;
    Played on_range(long number, std::uint64_t address, std::uint64_t length, std::uint64_t third) const;
    Played touch(agent::Command command, std::uint64_t address, std::uint64_t length, std::uint64_t byte) const;
    std::uint64_t told() const {
        return step.expected && step.expected->error == model::Errno::ok ? step.expected->value : 0;
    }
    // Keeps pages in the swap cache while they are reclaimed: a reference of a pipe on each.
    std::vector<std::int64_t> hold(const Process& p, std::span<const std::uint64_t> pages) const;
    void release(const Process& p, std::span<const std::int64_t> pipes) const;
    Played page_out(const model::Madvise& op) const;
    bool cached(const Process& p, std::uint64_t page) const;
    bool push_out(const Process& p, std::uint64_t page) const;
};

inline const Unavailable gone{"a process of the trace has ended by itself or does not answer"};

} // namespace checker::kernels
