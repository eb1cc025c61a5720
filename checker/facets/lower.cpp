#include "checker/facets/lower.h"

#include <linux/mman.h>
#include <sys/syscall.h>

#include <algorithm>
#include <tuple>

#include <fmt/format.h>

#include "model/kernel.h"

namespace checker::inline facets {
namespace {

constexpr std::uint64_t PR_SET_MEMORY_MERGE = 67; // linux/prctl.h since 6.4

// The system calls whose arguments are the operation's fields, in order.
template <class Op> constexpr long number_of = -1;
template <> constexpr long number_of<model::Munmap> = SYS_munmap;
template <> constexpr long number_of<model::Mprotect> = SYS_mprotect;
template <> constexpr long number_of<model::Madvise> = SYS_madvise;
template <> constexpr long number_of<model::Mlock> = SYS_mlock;
template <> constexpr long number_of<model::Munlock> = SYS_munlock;
template <> constexpr long number_of<model::Prctl> = SYS_prctl;
template <> constexpr long number_of<model::Ftruncate> = SYS_ftruncate;
template <> constexpr long number_of<model::Fallocate> = SYS_fallocate;

struct Lower {
    const model::Step& step;
    SoFar& so_far;
    Lowered out;

    // The value that the trace states as the result: where the kernel chooses, it chose this.
    std::uint64_t told() const {
        return step.expected && step.expected->error == model::Errno::ok ? step.expected->value : 0;
    }

    template <class Field> std::uint64_t argument(const Field& field) const {
        return static_cast<std::uint64_t>(field.v);
    }
    std::uint64_t argument(const model::PrctlOption&) const { return PR_SET_MEMORY_MERGE; }
    std::uint64_t argument(const model::Fd& fd) const {
        const auto file = std::find(so_far.files.begin(), so_far.files.end(), fd.v);
        if (file == so_far.files.end()) return static_cast<std::uint64_t>(static_cast<std::int64_t>(fd.v));
        return static_cast<std::uint64_t>(file_fd + (file - so_far.files.begin()));
    }

    template <class Op> SystemCall call_of(long number, const Op& op) const {
        SystemCall call{step.pid, number, {}, false};
        std::size_t n = 0;
        std::apply([&](auto... field) { ((call.arguments[n++] = argument(op.*field)), ...); }, Op::fields);
        return call;
    }

    template <class Op> void operator()(const Op& op) {
        if constexpr (number_of<Op> >= 0)
            out.actions.push_back(call_of(number_of<Op>, op));
        else
            out.unavailable = fmt::format("no kernel can be told of {} yet", Op::name);
    }

    void operator()(const model::Mmap& op);
    void operator()(const model::Mremap& op);
    void grow_or_move(const model::Mremap& op);
    void operator()(const model::Brk& op);
    void operator()(const model::Fork& op);

    void operator()(const model::Exit&) {
        so_far.heaps.erase(step.pid);
        out.actions.push_back(ExitProcess{step.pid});
    }
    void operator()(const model::Store& op) {
        out.actions.push_back(FillPages{step.pid, op.addr.v, op.length.v, op.byte.v});
    }
    void operator()(const model::Load& op) { out.actions.push_back(ReadPages{step.pid, op.addr.v, op.length.v}); }
    void operator()(const model::Ksmd& op) { out.actions.push_back(FullScans{so_far.ksmd_runs ? op.scans.v : 0}); }
    void operator()(const model::SetKnob& op) {
        if (op.knob.v == model::KnobName::run && op.value.v <= 2) so_far.ksmd_runs = op.value.v == 1;
        out.actions.push_back(WriteSetting{op.knob.v, op.value.v});
    }
    void operator()(const model::SwapOut& op) { out.actions.push_back(ReclaimPage{op.pid.v, op.addr.v}); }
    void operator()(const model::SwapCacheDrop& op) { out.actions.push_back(DropFromSwapCache{op.pid.v, op.addr.v}); }
    void operator()(const model::Migrate& op) { out.actions.push_back(MigratePage{op.pid.v, op.addr.v}); }
    void operator()(const model::Walk&) { out.actions.push_back(LookAtMachine{}); }
};

// Where the trace says what the kernel chose, that address is asked for; it is free, or else the trace is wrong here.
void Lower::operator()(const model::Mmap& op) {
    SystemCall call = call_of(SYS_mmap, op);
    const bool fixed = op.flags.v & (MAP_FIXED | MAP_FIXED_NOREPLACE);
    if (!fixed && told()) {
        out.place = call.arguments[0] = told();
        const bool validated = (op.flags.v & model::map_type) == model::map_shared_validate; // which knows no NOREPLACE
        call.arguments[3] |= validated ? MAP_FIXED : MAP_FIXED_NOREPLACE;
    }
    out.actions.push_back(call);
}

// The kernel takes a hint for MREMAP_DONTUNMAP, if what stands there could be one (check_mremap_params(), mm/mremap.c
// 6.17; mremap_to() before). MREMAP_FIXED would make another call of it: one that may move several VMAs.
void Lower::operator()(const model::Mremap& op) {
    if (op.flags.v == MREMAP_MAYMOVE && op.new_length.v > op.old_length.v) return grow_or_move(op);
    SystemCall call = call_of(SYS_mremap, op);
    auto allowed = [&](std::uint64_t at) {
        const bool apart = at >= op.old_addr.v + op.old_length.v || at + op.new_length.v <= op.old_addr.v;
        return apart && at % model::PAGE_SIZE == 0 && at <= model::TASK_SIZE &&
               op.new_length.v <= model::TASK_SIZE - at;
    };
    const bool chosen = !(op.flags.v & MREMAP_FIXED) && (op.flags.v & MREMAP_DONTUNMAP) && told();
    if (chosen && allowed(told()) && allowed(op.new_addr.v)) out.place = call.arguments[4] = told();
    out.actions.push_back(call);
}

// A range that grows stays where it is if it can (expand_vma(), mm/mremap.c 6.17; mremap() before), and there is no
// hint for where it goes if it cannot. So it is asked to grow in place, and only after ENOMEM to go, with MREMAP_FIXED,
// where the trace states that it went.
void Lower::grow_or_move(const model::Mremap& op) {
    SystemCall call = call_of(SYS_mremap, op);
    call.arguments[3] = call.arguments[4] = 0;
    out.actions.push_back(call);
    if (!told() || told() == op.old_addr.v) return;
    call.arguments[3] = MREMAP_MAYMOVE | MREMAP_FIXED;
    call.arguments[4] = told();
    call.after_enomem = true;
    out.actions.push_back(call);
}

// The first call says where the heap begins, which the kernel lets a process decide about itself.
void Lower::operator()(const model::Brk& op) {
    if (so_far.heaps.insert(step.pid).second)
        out.actions.push_back(BeginHeap{step.pid, op.addr.v ? op.addr.v : told()});
    out.actions.push_back(call_of(SYS_brk, op));
}

void Lower::operator()(const model::Fork&) { // the trace knows the child by a pid of its own
    const auto child = static_cast<model::Pid>(told());
    if (!child) {
        out.unavailable = "fork() without the pid of the child";
        return;
    }
    if (so_far.heaps.contains(step.pid)) so_far.heaps.insert(child);
    out.actions.push_back(ForkProcess{step.pid, child});
}

// What an action needs that not every machine has.
struct Need {
    Needs& needs;
    std::size_t& live;
    bool& first_lives;

    void operator()(const SystemCall& c) const {
        if (c.number == SYS_prctl || (c.number == SYS_madvise && c.arguments[2] == MADV_MERGEABLE)) needs.ksm = true;
        if (c.number == SYS_madvise && c.arguments[2] == MADV_PAGEOUT) needs.swap = true;
    }
    void operator()(const ForkProcess&) const { needs.processes = std::max(needs.processes, ++live); }
    void operator()(const ExitProcess& e) const {
        if (e.pid == 1 && first_lives)
            first_lives = false;
        else if (live > 1)
            --live;
    }
    void operator()(const FullScans&) const { needs.ksm = true; }
    void operator()(const WriteSetting&) const { needs.ksm = true; }
    void operator()(const ReclaimPage&) const { needs.swap = true; }
    void operator()(const DropFromSwapCache&) const { needs.swap = true; }
    void operator()(const auto&) const {}
};

// How much of a file an operation maps.
struct NeedOfFiles {
    Needs& needs;

    void operator()(const model::Mmap& m) const {
        if (m.fd.v < 0 || (m.flags.v & MAP_ANONYMOUS)) return;
        add(m.fd.v);
        if (m.addr.v < model::TASK_SIZE && m.length.v <= model::TASK_SIZE - m.addr.v) // else it is refused
            needs.file_size = std::max(needs.file_size, m.offset.v + m.length.v);
    }
    void add(std::int32_t file) const {
        if (file >= 0 && std::find(needs.files.begin(), needs.files.end(), file) == needs.files.end())
            needs.files.push_back(file);
    }
    void operator()(const model::Ftruncate& f) const { add(f.fd.v); }
    void operator()(const model::Fallocate& f) const { add(f.fd.v); }
    void operator()(const model::Mremap& m) const { // a file's range may grow by as much
        if (needs.file_size && m.new_length.v < (1ull << 40)) needs.file_size += m.new_length.v;
    }
    void operator()(const auto&) const {}
};

} // namespace

Lowered lower(const model::Step& step, SoFar& so_far) {
    Lower l{step, so_far, {}};
    if (step.begins)
        l.out.unavailable = "no kernel can be stopped at a point of an operation yet";
    else
        std::visit(l, step.op);
    return std::move(l.out);
}

Needs needs_of(std::span<const model::Step> steps) {
    Needs needs;
    SoFar so_far;
    std::size_t live = 1;
    bool first_lives = true;
    for (const model::Step& s : steps) {
        for (const Action& a : lower(s, so_far).actions) std::visit(Need{needs, live, first_lives}, a);
        std::visit(NeedOfFiles{needs}, s.op);
    }
    return needs;
}

} // namespace checker::inline facets
