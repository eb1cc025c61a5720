#include "checker/kernels/running/play.h"

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

namespace checker::kernels {

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

Played Play::operator()(const model::Madvise& op) const {
    return op.advice.v == model::madv_pageout ? page_out(op)
                                              : on_range(SYS_madvise, op.addr.v, op.length.v, op.advice.v);
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
        return apart && at % model::PAGE_SIZE == 0 && at <= model::TASK_SIZE &&
               op.new_length.v <= model::TASK_SIZE - at;
    };
    const bool chosen =
        !(flags & MREMAP_FIXED) && (flags & MREMAP_DONTUNMAP) && told() && allowed(told()) && allowed(to);
    if (chosen || flags != op.flags.v) to = told();
    if ((flags & (MREMAP_FIXED | MREMAP_DONTUNMAP)) && checked_meets_agent(to, op.new_length.v))
        return collision(to, op.new_length.v);
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
            return Unavailable{
                fmt::format("the heap cannot begin at {:#x} here (errno {})", start, static_cast<int>(r->error))};
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

Played Play::operator()(const model::Migrate&) const { return Unavailable{"migrating one page needs two NUMA nodes"}; }

std::variant<model::Result, Unavailable> Executor::play(const model::Step& step) {
    Play p{*this, step, nullptr};
    if (!model::by_kernel(step.op)) {
        p.self = find(step.pid);
        if (!p.self) return Unavailable{fmt::format("process {} does not exist here", step.pid)};
    }
    return std::visit(p, step.op);
}

} // namespace checker::kernels
