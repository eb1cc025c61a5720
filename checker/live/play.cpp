// One overload for each operation: what a real process, or the real kernel, is asked to do.
#include <fcntl.h>
#include <linux/mman.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstring>
#include <utility>

#include <fmt/format.h>

#include "checker/live/agent/protocol.h"
#include "checker/live/executor.h"
#include "checker/live/frames.h"

namespace checker::live {

using Played = std::variant<model::Result, Unavailable>;

struct Play {
    Executor& e;
    const model::Step& step;
    const model::Step* next;
    Process* self; // null for calls of the kernel

    Played operator()(const model::Mmap& op) const;
    Played operator()(const model::Munmap& op) const { return on_range(SYS_munmap, op.addr.v, op.length.v, {}); }
    Played operator()(const model::Mprotect& op) const { return on_range(SYS_mprotect, op.addr.v, op.length.v, op.prot.v); }
    Played operator()(const model::Madvise& op) const { return on_range(SYS_madvise, op.addr.v, op.length.v, op.advice.v); }
    Played operator()(const model::Mlock& op) const { return on_range(SYS_mlock, op.addr.v, op.length.v, {}); }
    Played operator()(const model::Munlock& op) const { return on_range(SYS_munlock, op.addr.v, op.length.v, {}); }
    Played operator()(const model::Mremap& op) const;
    Played operator()(const model::Brk& op) const;
    Played operator()(const model::Prctl& op) const {
        return call(SYS_prctl, {PR_SET_MEMORY_MERGE, op.on.v, op.arg3.v, op.arg4.v, op.arg5.v});
    }
    Played operator()(const model::Fork&) const;
    Played operator()(const model::Exit&) const;
    Played operator()(const model::Store& op) const { return touch(agent::Command::store, op.addr.v, op.length.v, op.byte.v); }
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
    std::uint64_t told() const { return step.expected && step.expected->error == model::Errno::ok ? step.expected->value : 0; }
    bool drops_next(const model::SwapOut& op) const;
};

namespace {

model::Result result_of(std::int64_t value) {
    if (value >= 0 || value < -4095) return model::Result::of(static_cast<std::uint64_t>(value));
    return static_cast<model::Errno>(-value);
}

// May something done to this range reach the agent's own memory?
bool meets_agent(std::uint64_t address, std::uint64_t length) {
    return address < agent::own_end && length && (address + length < address || address + length > agent::own_start);
}
// The same for calls that refuse a range that ends behind user space.
bool checked_meets_agent(std::uint64_t address, std::uint64_t length) {
    return address <= model::TASK_SIZE && length <= model::TASK_SIZE - address && meets_agent(address, length);
}

Unavailable collision(std::uint64_t address, std::uint64_t length) {
    return {fmt::format("{:#x} and {:#x} bytes meet the helper's own memory at {:#x}-{:#x}", address, length,
                        agent::own_start, agent::own_end)};
}

const Unavailable gone{"a process of the trace has ended by itself or does not answer"};

} // namespace

Played Play::ask(const Process& p, agent::Command command, std::initializer_list<std::uint64_t> args) const {
    const auto answer = e.ask(p, static_cast<std::uint64_t>(command), args);
    if (!answer) return gone;
    return result_of(*answer);
}

Played Play::call(long number, std::initializer_list<std::uint64_t> args) const {
    std::uint64_t all[7] = {static_cast<std::uint64_t>(number)};
    std::copy(args.begin(), args.end(), all + 1);
    const auto answer = e.ask(*self, static_cast<std::uint64_t>(agent::Command::call), all);
    if (!answer) return gone;
    return result_of(*answer);
}

Played Play::on_range(long number, std::uint64_t address, std::uint64_t length, std::uint64_t third) const {
    // mprotect and mlock end at the first hole, of which there is one before the agent's memory.
    const bool all_parts = number == SYS_madvise, checked = number == SYS_munmap;
    if (all_parts ? meets_agent(address, length) : checked && checked_meets_agent(address, length))
        return collision(address, length);
    return call(number, {address, length, third});
}

Played Play::touch(agent::Command command, std::uint64_t address, std::uint64_t length, std::uint64_t byte) const {
    if (!length) return model::Result{};
    if (address >= model::TASK_SIZE || length > model::TASK_SIZE - address) return model::Result{model::Errno::efault};
    return ask(*self, command, {address, length, byte}); // ends at the first hole
}

// Where the trace says what the kernel chose, that address is asked for; it is free, or else the trace is wrong here.
Played Play::operator()(const model::Mmap& op) const {
    const bool fixed = op.flags.v & (MAP_FIXED | MAP_FIXED_NOREPLACE);
    const std::uint64_t at = fixed || !told() ? op.addr.v : told();
    const std::uint64_t flags = fixed || !told() ? op.flags.v : op.flags.v | MAP_FIXED_NOREPLACE;
    if (op.flags.v & MAP_SHARED) return Unavailable{"shared mappings are not the model's"};
    if (checked_meets_agent(at, op.length.v)) return collision(at, op.length.v);
    std::int64_t fd = op.fd.v;
    for (std::size_t i = 0; i < e.files_.size(); ++i)
        if (e.files_[i].number == op.fd.v) fd = agent::file_fd + static_cast<int>(i);
    Played p = call(SYS_mmap, {at, op.length.v, op.prot.v, flags, static_cast<std::uint64_t>(fd), op.offset.v});
    const model::Result* r = std::get_if<model::Result>(&p);
    if (!fixed && r && (r->error == model::Errno::eexist || (r->error == model::Errno::ok && r->value != told())))
        return Unavailable{"an mmap without MAP_FIXED does not go where the trace says"};
    return p;
}

// The kernel takes a hint for MREMAP_DONTUNMAP, but not for a range that grows and cannot do so in place: that one is
// asked to grow in place first, and then to go, with MREMAP_FIXED, where the trace states that it went.
Played Play::operator()(const model::Mremap& op) const {
    if (checked_meets_agent(op.old_addr.v, std::max(op.old_length.v, op.new_length.v)))
        return collision(op.old_addr.v, op.old_length.v);
    std::uint64_t flags = op.flags.v, to = op.new_addr.v;
    if (flags == MREMAP_MAYMOVE && told() && op.new_length.v > op.old_length.v) {
        Played in_place = call(SYS_mremap, {op.old_addr.v, op.old_length.v, op.new_length.v, 0, 0});
        const model::Result* r = std::get_if<model::Result>(&in_place);
        if (!r || r->error != model::Errno::enomem || told() == op.old_addr.v) return in_place;
        flags |= MREMAP_FIXED;
    }
    auto allowed = [&](std::uint64_t at) { // what the kernel asks of the hint itself
        const bool apart = at >= op.old_addr.v + op.old_length.v || at + op.new_length.v <= op.old_addr.v;
        return apart && at % model::PAGE_SIZE == 0 && at <= model::TASK_SIZE && op.new_length.v <= model::TASK_SIZE - at;
    };
    const bool chosen = !(flags & MREMAP_FIXED) && (flags & MREMAP_DONTUNMAP) && told() && allowed(told()) && allowed(to);
    if (chosen || flags != op.flags.v) to = told();
    if ((flags & (MREMAP_FIXED | MREMAP_DONTUNMAP)) && checked_meets_agent(to, op.new_length.v)) return collision(to, op.new_length.v);
    Played p = call(SYS_mremap, {op.old_addr.v, op.old_length.v, op.new_length.v, flags, to});
    const model::Result* r = std::get_if<model::Result>(&p);
    if (!(flags & MREMAP_FIXED) && r && r->error == model::Errno::ok && r->value != op.old_addr.v && r->value != told())
        return Unavailable{fmt::format("the kernel chose {:#x} for an mremap without MREMAP_FIXED", r->value)};
    return p;
}

// The first call says where the heap begins, which the kernel lets a process decide about itself.
Played Play::operator()(const model::Brk& op) const {
    const std::uint64_t start = op.addr.v ? op.addr.v : told();
    if (meets_agent(op.addr.v, 1)) return collision(op.addr.v, 1);
    if (!std::exchange(self->heap, true)) {
        Played p = ask(*self, agent::Command::heap, {start});
        const model::Result* r = std::get_if<model::Result>(&p);
        if (!r) return p;
        if (r->error != model::Errno::ok)
            return Unavailable{fmt::format("the heap cannot begin at {:#x} here (errno {})", start, static_cast<int>(r->error))};
    }
    return call(SYS_brk, {op.addr.v});
}

Played Play::operator()(const model::Fork&) const {
    const std::uint64_t pid = told();
    if (!pid) return Unavailable{"fork() without the pid of the child"};
    const std::uint64_t index = e.started_;
    if (index >= e.channels_.size()) return Unavailable{"more processes than were announced"};
    const auto real = e.ask(*self, static_cast<std::uint64_t>(agent::Command::fork), std::span(&index, 1));
    if (!real) return gone;
    if (*real < 0) return result_of(*real);
    ++e.started_;
    Process child{static_cast<model::Pid>(pid), static_cast<pid_t>(*real), e.channels_[index],
                  static_cast<int>(syscall(SYS_pidfd_open, *real, 0)), self->heap};
    agent::Reply hello{};
    pollfd p{child.channel, POLLIN, 0};
    const bool greets = poll(&p, 1, 20000) == 1 && read(child.channel, &hello, sizeof hello) == sizeof hello;
    auto place = e.processes_.begin();
    while (place != e.processes_.end() && place->pid < child.pid) ++place;
    e.processes_.insert(place, child);
    return greets ? Played{model::Result::of(pid)} : Played{gone};
}

Played Play::operator()(const model::Exit&) const {
    agent::Request request{agent::Command::exit, {}};
    if (send(self->channel, &request, sizeof request, MSG_NOSIGNAL) != sizeof request) return gone;
    pollfd p{self->handle, POLLIN, 0}; // readable when the address space is gone (do_exit())
    if (poll(&p, 1, 20000) != 1) return Unavailable{"a process does not end"};
    close(self->handle);
    e.processes_.erase(e.processes_.begin() + (self - e.processes_.data()));
    return model::Result{};
}

Played Play::operator()(const model::Ksmd& op) const {
    if (!e.ksm_) return Unavailable{"KSM cannot be used here"};
    if (op.scans.v > 100000) return Unavailable{"more than 100000 scans"};
    if (e.ksm_->get("run") == 2) return Unavailable{"ksmd does not scan while run is 2"};
    if (!e.ksm_->scan(op.scans.v)) return Unavailable{"ksmd did not do the scans that it was told to do"};
    return model::Result{};
}

Played Play::operator()(const model::SetKnob& op) const {
    if (!e.ksm_) return Unavailable{"KSM cannot be used here"};
    if (op.knob.v == model::KnobName::run && op.value.v == 1) { // or ksmd would begin a scan of its own
        if (e.ksm_->get("run") != 2) return model::Result{};
        return result_of(-e.ksm_->set("run", 0));
    }
    const std::string name(model::knob_names[static_cast<std::size_t>(op.knob.v)]);
    return result_of(-e.ksm_->set(name.c_str(), op.value.v));
}

bool Play::drops_next(const model::SwapOut& op) const {
    const auto* drop = next ? std::get_if<model::SwapCacheDrop>(&next->op) : nullptr;
    return drop && drop->pid == op.pid && drop->addr == op.addr;
}

// Reclaim of one page: MADV_PAGEOUT by the process itself, which the kernel only does to a page that is mapped once. (The
// memory controller cannot be told which page, and leaves the last ones of a small group alone.) A reference held
// meanwhile keeps the page in the swap cache; without it, reclaim also does what a swap_cache_drop right behind says.
Played Play::operator()(const model::SwapOut& op) const {
    if (!e.swap_) return Unavailable{"no swap (--swap FILE makes some)"};
    const Process* p = e.find(static_cast<model::Pid>(op.pid.v));
    if (!p) return Unavailable{"no such process"};
    const std::uint64_t page = op.addr.v & ~(model::PAGE_SIZE - 1);
    const auto before = read_pagemap(p->real, page, page + model::PAGE_SIZE);
    if (before.empty()) return Unavailable{"pagemap cannot be read"};
    if (before[0].swapped()) return Unavailable{"swap_out of a page that is swapped out here"};
    const std::uint64_t frame = before[0].frame();
    if (before[0].present() && !frame) return Unavailable{"frame numbers are hidden (CAP_SYS_ADMIN)"};
    if (!frame || before[0].file() || frame_flags(frame).value_or(FrameFlags{}).zero()) return model::Result{model::Errno::efault};
    if (frame_count(frame) != 1u) return Unavailable{"only a page that is mapped once can be reclaimed by itself"};
    std::int64_t pipe = -1;
    if (!drops_next(op)) {
        const std::uint64_t args[] = {page};
        pipe = e.ask(*p, static_cast<std::uint64_t>(agent::Command::hold), args).value_or(-1);
        if (pipe < 0) return Unavailable{"the page cannot be held in the swap cache (it cannot be read)"};
    }
    const Played done = ask(*p, agent::Command::call, {SYS_madvise, page, model::PAGE_SIZE, 21 /* MADV_PAGEOUT */});
    if (pipe >= 0)
        for (const std::int64_t end : {pipe & 0xffffffff, pipe >> 32})
            ask(*p, agent::Command::call, {SYS_close, static_cast<std::uint64_t>(end)});
    const model::Result* r = std::get_if<model::Result>(&done);
    if (!r) return done;
    if (r->error != model::Errno::ok) return Unavailable{"a page of a mlocked range is not reclaimed by itself"};
    const auto after = read_pagemap(p->real, page, page + model::PAGE_SIZE);
    if (after.empty()) return Unavailable{"pagemap cannot be read"};
    if (!after[0].swapped()) {
        if (frame_flags(frame).value_or(FrameFlags{}).swap_cache()) return model::Result{model::Errno::eagain};
        return Unavailable{"the kernel did not try to reclaim the page"};
    }
    if (pipe < 0) e.dropped_.push_back(after[0].swap_entry());
    return model::Result{};
}

// Done by the swap_out right before it, or not at all: what the swap cache holds cannot be named from outside.
Played Play::operator()(const model::SwapCacheDrop& op) const {
    const Process* p = e.find(static_cast<model::Pid>(op.pid.v));
    if (!p) return Unavailable{"no such process"};
    const std::uint64_t page = op.addr.v & ~(model::PAGE_SIZE - 1);
    const auto entry = read_pagemap(p->real, page, page + model::PAGE_SIZE);
    if (entry.empty()) return Unavailable{"pagemap cannot be read"};
    if (!entry[0].swapped()) return model::Result{model::Errno::efault};
    if (std::erase(e.dropped_, entry[0].swap_entry())) return model::Result{};
    return Unavailable{"swap_cache_drop is only played right after its swap_out"};
}

Played Play::operator()(const model::Migrate&) const {
    return Unavailable{"migrating one page needs two NUMA nodes"};
}

Played Executor::play(const model::Step& step, const model::Step* next) {
    Play p{*this, step, next, nullptr};
    if (!model::by_kernel(step.op)) {
        p.self = find(step.pid);
        if (!p.self) return Unavailable{fmt::format("process {} does not exist here", step.pid)};
    }
    return std::visit(p, step.op);
}

} // namespace checker::live
