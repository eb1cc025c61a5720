#include "checker/kernels/uml/script.h"

#include <linux/mman.h>
#include <sys/syscall.h>

#include <algorithm>
#include <initializer_list>
#include <tuple>
#include <type_traits>

#include <fmt/format.h>

#include "model/address_space.h"
#include "model/page_table.h"

namespace checker::kernels::uml {
namespace {

constexpr std::uint64_t PR_SET_MEMORY_MERGE = 67;
constexpr std::uint64_t heal_scans = 27; // what smart scan may skip, three times over (judge.cpp)

struct Unplayable {
    std::string why;
};

std::uint64_t number_of(model::Errno e) { return static_cast<std::uint64_t>(e); }
std::int64_t value_of(const model::Result& r) {
    return r.error == model::Errno::ok ? static_cast<std::int64_t>(r.value)
                                       : -static_cast<std::int64_t>(number_of(r.error));
}

std::string prot_of(std::uint64_t flags) {
    return {flags & model::VM_READ ? 'r' : '-', flags & model::VM_WRITE ? 'w' : '-', flags & model::VM_EXEC ? 'x' : '-',
            'p'};
}

ExpectedEntry entry_of(const model::Pte& p) {
    switch (p.kind) {
    case model::Pte::Kind::zero:
    case model::Pte::Kind::ksm_zero: return {Held::zero, 0};
    case model::Pte::Kind::file: return {Held::file, 0};
    case model::Pte::Kind::swap: return {Held::swap, 0};
    case model::Pte::Kind::present:
    case model::Pte::Kind::migration: break;
    }
    return {Held::page, p.folio.n};
}

void expect_state(const model::Kernel& k, LookPoint& look) {
    for (auto mm = k.processes.first(k.mms); mm; mm = k.processes.next(k.mms, mm)) {
        const Pid pid = k.mms[mm].pid;
        for (auto v = model::first_vma(k, mm); v; v = model::next_vma(k, v)) {
            const model::Vma& vma = k.vmas[v];
            look.vmas.push_back(
                {pid, vma.range.start.n * model::PAGE_SIZE, vma.range.end.n * model::PAGE_SIZE, prot_of(vma.flags)});
        }
        const auto& table = k.mms[mm].page_table;
        for (auto p = table.first(k.ptes); p; p = table.next(k.ptes, p))
            look.entries[{pid, k.ptes[p].page}] = entry_of(k.ptes[p]);
    }
    std::ranges::sort(look.vmas);
}

// Turns steps into records one after another, playing the model beside them.
struct Writer {
    Script& script;
    const ScriptOptions& options;
    Session session;
    std::map<Pid, std::uint64_t> index_of{{1, 1}};
    std::set<Pid> heaps;
    std::map<std::int32_t, std::uint64_t> files;
    std::uint64_t numbers = 0;
    const model::Step* step = nullptr;

    std::uint64_t add(Verb verb, std::uint64_t pid, std::initializer_list<std::uint64_t> args) {
        Record r{verb, ++numbers, pid, {}};
        std::copy(args.begin(), args.end(), r.a);
        script.records.push_back(r);
        return r.number;
    }
    std::uint64_t self() const { return process(step->pid); }
    std::uint64_t process(Pid pid) const {
        const auto found = index_of.find(pid);
        if (found == index_of.end())
            throw Unplayable{fmt::format("line {}: process {} does not exist", step->line, pid)};
        return found->second;
    }
    std::uint64_t told() const {
        return step->expected && step->expected->error == model::Errno::ok ? step->expected->value : 0;
    }
    std::uint64_t call(long number, std::initializer_list<std::uint64_t> args) {
        const std::uint64_t n = add(Verb::call, self(), {static_cast<std::uint64_t>(number)});
        std::copy(args.begin(), args.end(), script.records.back().a + 1);
        return n;
    }

    // One overload for each operation. Each returns the number of the record whose answer is the operation's result.
    std::uint64_t operator()(const model::Mmap& op) {
        const bool fixed = op.flags.v & (MAP_FIXED | MAP_FIXED_NOREPLACE);
        const auto file = files.find(op.fd.v);
        const std::uint64_t fd = file == files.end() ? static_cast<std::uint64_t>(static_cast<std::int64_t>(op.fd.v))
                                                     : file_fd + file->second;
        return call(SYS_mmap,
                    {fixed || !told() ? op.addr.v : told(), op.length.v, op.prot.v, op.flags.v, fd, op.offset.v});
    }
    std::uint64_t operator()(const model::Munmap& op) { return call(SYS_munmap, {op.addr.v, op.length.v}); }
    std::uint64_t operator()(const model::Mprotect& op) {
        return call(SYS_mprotect, {op.addr.v, op.length.v, op.prot.v});
    }
    std::uint64_t operator()(const model::Madvise& op) {
        return call(SYS_madvise, {op.addr.v, op.length.v, op.advice.v});
    }
    std::uint64_t operator()(const model::Mlock& op) { return call(SYS_mlock, {op.addr.v, op.length.v}); }
    std::uint64_t operator()(const model::Munlock& op) { return call(SYS_munlock, {op.addr.v, op.length.v}); }
    // Where the trace says what the kernel chose: as in the replay on the running kernel.
    std::uint64_t operator()(const model::Mremap& op) {
        std::uint64_t flags = op.flags.v, to = op.new_addr.v;
        if (!(flags & MREMAP_FIXED) && (flags & MREMAP_MAYMOVE) && told() && told() != op.old_addr.v) {
            to = told();
            if (!(flags & MREMAP_DONTUNMAP)) flags |= MREMAP_FIXED;
        }
        return call(SYS_mremap, {op.old_addr.v, op.old_length.v, op.new_length.v, flags, to});
    }
    std::uint64_t operator()(const model::Brk& op) {
        if (heaps.insert(step->pid).second) add(Verb::heap, self(), {op.addr.v ? op.addr.v : told()});
        return call(SYS_brk, {op.addr.v});
    }
    std::uint64_t operator()(const model::Prctl& op) {
        return call(SYS_prctl, {PR_SET_MEMORY_MERGE, op.on.v, op.arg3.v, op.arg4.v, op.arg5.v});
    }
    std::uint64_t operator()(const model::Fork&) {
        std::uint64_t free = 1;
        for (bool used = true; used; free += used)
            used = std::ranges::any_of(index_of, [&](const auto& p) { return p.second == free; });
        if (free >= keeper) throw Unplayable{fmt::format("more than {} processes", keeper - 1)};
        const std::uint64_t n = add(Verb::fork, self(), {free});
        index_of[static_cast<Pid>(told())] = free;
        if (heaps.contains(step->pid)) heaps.insert(static_cast<Pid>(told()));
        return n;
    }
    std::uint64_t operator()(const model::Exit&) {
        const std::uint64_t n = add(Verb::exit, self(), {});
        index_of.erase(step->pid);
        return n;
    }
    std::uint64_t operator()(const model::Store& op) {
        return add(Verb::store, self(), {op.addr.v, op.length.v, op.byte.v});
    }
    std::uint64_t operator()(const model::Load& op) { return add(Verb::load, self(), {op.addr.v, op.length.v}); }
    std::uint64_t operator()(const model::Ksmd& op) { return add(Verb::scan, 0, {op.scans.v}); }
    std::uint64_t operator()(const model::SetKnob& op) {
        return add(Verb::knob, 0, {static_cast<std::uint64_t>(op.knob.v), op.value.v});
    }
    std::uint64_t operator()(const model::SwapOut& op) { return add(Verb::out, 0, {process(op.pid.v), op.addr.v}); }
    std::uint64_t operator()(const model::SwapCacheDrop& op) {
        return add(Verb::drop, 0, {process(op.pid.v), op.addr.v});
    }
    std::uint64_t operator()(const model::Migrate& op) { return add(Verb::move, 0, {process(op.pid.v), op.addr.v}); }
    std::uint64_t operator()(const model::Walk&) { return look(step->line, Occasion::walk); }

    std::uint64_t look(std::uint32_t line, Occasion occasion) {
        LookPoint point;
        point.number = add(Verb::look, 0, {1});
        point.line = line;
        point.occasion = occasion;
        for (const auto& [pid, index] : index_of) point.pid_of[index] = pid;
        const model::Kernel& k = session.machines.front().kernel;
        if (options.compare) {
            expect_state(k, point);
            point.missed[std::string(reference().name)];
            for (const Verdict& v : judge_all_ksm_pages(session, line, Lifetimes::leave_open)) {
                point.missed[std::string(v.strategy->name)].insert(v.missed.begin(), v.missed.end());
                if (v.touched_freed_vma) point.reads_freed.insert(std::string(v.strategy->name));
            }
        }
        script.looks.push_back(std::move(point));
        return script.looks.back().number;
    }
    void make_files();
    void check_reach() const;
    void write_step(const model::Step& s);
};

// All the files that the trace names, empty, and large enough for what it maps of them.
void Writer::make_files() {
    std::uint64_t size = 0;
    for (const model::Step& s : script.trace->steps) {
        if (const auto* m = std::get_if<model::Mmap>(&s.op); m && m->fd.v >= 0 && !(m->flags.v & MAP_ANONYMOUS)) {
            files.try_emplace(m->fd.v, files.size());
            size = std::max(size, m->offset.v + m->length.v);
        }
        if (const auto* m = std::get_if<model::Mremap>(&s.op); m && size && m->new_length.v < (1ull << 36))
            size += m->new_length.v;
    }
    if (files.size() > max_files) throw Unplayable{fmt::format("more than {} files", max_files)};
    if (size > (1ull << 38)) throw Unplayable{"a file of more than 256 GiB"};
    for (const auto& [number, index] : files) add(Verb::file, 0, {index, size});
}

void Writer::check_reach() const {
    const model::Kernel& k = session.machines.front().kernel;
    for (auto mm = k.processes.first(k.mms); mm; mm = k.processes.next(k.mms, mm))
        if (const auto last = model::vma_below(k, mm, model::vpn(own_start));
            last && k.vmas[last].range.end > model::vpn(own_start))
            throw Unplayable{"it needs addresses above 484 GiB, where a guest's user space ends"};
        else if (model::find_vma(k, mm, model::vpn(own_start)))
            throw Unplayable{"it needs addresses above 484 GiB, where a guest's user space ends"};
}

// What a guest does not have: some operations, and addresses, for which it has other errors.
void check_operation(const model::Operation& op) {
    if (const auto* m = std::get_if<model::Mmap>(&op); m && m->flags.v & MAP_SHARED)
        throw Unplayable{"shared mappings are not the model's"};
    if (const auto* m = std::get_if<model::Mmap>(&op); m && m->flags.v & MAP_STACK)
        throw Unplayable{
            "MAP_STACK is a flag of the VMA where there are transparent huge pages, which User-Mode Linux has not"};
    if (const auto* m = std::get_if<model::Madvise>(&op);
        m && (m->advice.v == MADV_HUGEPAGE || m->advice.v == MADV_NOHUGEPAGE))
        throw Unplayable{"User-Mode Linux has no transparent huge pages"};
    if (const auto* k = std::get_if<model::Ksmd>(&op); k && k->scans.v > 10000)
        throw Unplayable{"more than 10000 scans"};
}
template <class Op> void check_arguments(const Op& op) {
    auto one = [](const auto& field) {
        using Field = std::decay_t<decltype(field)>;
        if constexpr (std::is_same_v<Field, model::Address> || std::is_same_v<Field, model::Length>)
            if (field.v > own_start)
                throw Unplayable{"it names addresses above 484 GiB, where a guest's user space ends"};
    };
    std::apply([&](auto... fields) { (one(op.*fields), ...); }, Op::fields);
}

void Writer::write_step(const model::Step& s) {
    step = &s;
    if (const std::string why = unplayable_step(s); !why.empty())
        throw Unplayable{fmt::format("line {}: {}", s.line, why)};
    const bool says_nothing = std::holds_alternative<model::Fork>(s.op) || std::holds_alternative<model::Walk>(s.op);
    const model::Result result = play(session, s);
    check_reach();
    // The look of a walk is taken in the state after it, which is the state before it.
    const std::uint64_t number = std::visit([this](const auto& op) { return (*this)(op); }, s.op);
    Asked a{s.line, model::to_text(s), {}};
    if (!says_nothing && options.compare) a.expected = value_of(result);
    script.asked[number] = std::move(a);
}

} // namespace

std::string unplayable_step(const model::Step& step) {
    try {
        check_operation(step.op);
        std::visit([](const auto& op) { check_arguments(op); }, step.op);
    } catch (const Unplayable& u) {
        return u.why;
    }
    return {};
}

Script script_of(const model::Trace& trace, const ScriptOptions& options) {
    Script script;
    script.name = trace.path;
    script.trace = &trace;
    std::vector<const Strategy*> strategies{&reference()};
    for (const Strategy* s : options.strategies)
        if (s != &reference()) strategies.push_back(s);
    Writer w{script, options, start_session(options.config, strategies), {{1, 1}}, {}, {}, 0, nullptr};
    try {
        w.make_files();
        for (const model::Step& s : trace.steps) w.write_step(s);
        const std::uint32_t line = trace.steps.empty() ? 1 : trace.steps.back().line;
        w.look(line, Occasion::end);
        if (w.session.machines.front().kernel.config.run != 2) {
            const model::Step scans{0, model::Ksmd{{heal_scans}}, {}, line};
            play(w.session, scans);
            w.add(Verb::scan, 0, {heal_scans});
            w.look(line, Occasion::healed);
        }
    } catch (const Unplayable& u) {
        script.unplayable = u.why;
    } catch (const model::BadInput& bad) {
        script.unplayable = fmt::format("line {}: {}", w.step ? w.step->line : 0, bad.what());
    }
    return script;
}

} // namespace checker::kernels::uml
