#include "checker/kernels/running/play.h"

#include <linux/mman.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "checker/kernels/agent/record_of.h"

namespace checker::kernels {

namespace {

model::Result result_of(std::int64_t value) {
    if (value >= 0 || value < -4095) return model::Result::of(static_cast<std::uint64_t>(value));
    return static_cast<model::Errno>(-value);
}

constexpr agent::AgentMemory own = agent::on_this_machine;

// May something done to this range reach the agent's own memory?
bool meets_agent(std::uint64_t address, std::uint64_t length) {
    return address < own.end && length && (address + length < address || address + length > own.start);
}
// The same for calls that refuse a range that ends behind user space.
bool checked_meets_agent(std::uint64_t address, std::uint64_t length) {
    return address <= model::TASK_SIZE && length <= model::TASK_SIZE - address && meets_agent(address, length);
}

// mprotect and mlock are not among them: they end at the first hole, of which there is one before the agent's memory.
bool meets_agent(const SystemCall& call) {
    const auto& a = call.arguments;
    switch (call.number) {
    case SYS_madvise: return meets_agent(a[0], a[1]);
    case SYS_munmap:
    case SYS_mmap: return checked_meets_agent(a[0], a[1]);
    case SYS_mremap:
        return checked_meets_agent(a[0], std::max(a[1], a[2])) ||
               ((a[3] & (MREMAP_FIXED | MREMAP_DONTUNMAP)) && checked_meets_agent(a[4], a[2]));
    case SYS_brk: return meets_agent(a[0], 1);
    default: return false;
    }
}

} // namespace

Played Play::tell(model::Pid pid, const Action& action) const {
    const Process* p = e.find(pid);
    if (!p) return no_such_process;
    const auto answer = e.ask(*p, record_of(action, [](model::Pid) { return 0; }));
    if (!answer) return gone;
    return result_of(*answer);
}

Played Play::operator()(const SystemCall& a) const {
    if (meets_agent(a))
        return unavailable(fmt::format("a system call at {:#x} meets the helper's own memory at {:#x}-{:#x}",
                                       a.arguments[0], own.start, own.end));
    if (a.number == SYS_madvise && a.arguments[2] == model::madv_pageout) return page_out_range(a);
    return tell(a.pid, a);
}

Played Play::touch(model::Pid pid, const Action& action, std::uint64_t address, std::uint64_t length) const {
    if (!length) return model::Result{};
    if (address >= model::TASK_SIZE || length > model::TASK_SIZE - address) return model::Result{model::Errno::efault};
    return tell(pid, action); // ends at the first hole
}

Played Play::operator()(const BeginHeap& a) const {
    if (meets_agent(a.address, 1)) return unavailable("the heap would meet the helper's own memory");
    Played p = tell(a.pid, a);
    if (!p || p->error == model::Errno::ok) return p;
    return unavailable(
        fmt::format("the heap cannot begin at {:#x} here (errno {})", a.address, static_cast<int>(p->error)));
}

Played Play::operator()(const ForkProcess& a) const {
    const std::uint64_t index = e.free_index();
    const Process* parent = e.find(a.pid);
    if (!parent) return no_such_process;
    if (index >= e.channels_.size()) return unavailable("more processes than were announced");
    const auto real = e.ask(*parent, record_of(a, [&](model::Pid pid) { return pid == a.child ? index : 0; }));
    if (!real) return gone;
    if (*real < 0) return result_of(*real);
    Process child{a.child, static_cast<pid_t>(*real), index, e.channels_[index],
                  static_cast<int>(syscall(SYS_pidfd_open, *real, 0))};
    agent::Reply hello{};
    pollfd p{child.channel, POLLIN, 0};
    const bool greets = poll(&p, 1, 20000) == 1 && read(child.channel, &hello, sizeof hello) == sizeof hello;
    auto place = e.processes_.begin();
    while (place != e.processes_.end() && place->pid < child.pid) ++place;
    e.processes_.insert(place, child);
    return greets ? Played{model::Result::of(static_cast<std::uint64_t>(a.child))} : Played{gone};
}

Played Play::operator()(const ExitProcess& a) const {
    const Process* self = e.find(a.pid);
    if (!self) return no_such_process;
    const agent::Record record = record_of(a, [](model::Pid) { return 0; });
    if (send(self->channel, &record, sizeof record, MSG_NOSIGNAL) != sizeof record) return gone;
    pollfd p{self->handle, POLLIN, 0}; // readable when the address space is gone (do_exit())
    if (poll(&p, 1, 20000) != 1) return unavailable("a process does not end");
    close(self->handle);
    e.processes_.erase(e.processes_.begin() + (self - e.processes_.data()));
    return model::Result{};
}

Played Play::operator()(const FullScans& a) const {
    if (!e.ksm_) return unavailable("KSM cannot be used here");
    if (a.scans > 100000) return unavailable("more than 100000 scans");
    return e.ksm_->scan(a.scans).map([] { return model::Result{}; });
}

Played Play::operator()(const WriteSetting& a) const {
    if (!e.ksm_) return unavailable("KSM cannot be used here");
    return result_of(-e.ksm_->write(setting_of(a.knob), a.value));
}

Available<model::Result> Executor::play(const model::Step& step) {
    if (!model::by_kernel(step.op) && !find(step.pid))
        return unavailable(fmt::format("process {} does not exist here", step.pid));
    const Lowered lowered = lower(step, so_far_);
    if (!lowered.unavailable.empty()) return unavailable(lowered.unavailable);
    Played result = model::Result{};
    for (const Action& action : lowered.actions) {
        result = std::visit(Play{*this}, action);
        if (!result) return result;
    }
    if (lowered.place && (result->error == model::Errno::eexist ||
                          (result->error == model::Errno::ok && result->value != *lowered.place)))
        return unavailable(fmt::format("the kernel does not choose {:#x}, as the trace says", *lowered.place));
    return result;
}

} // namespace checker::kernels
