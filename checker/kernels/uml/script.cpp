#include "checker/kernels/uml/script.h"

#include <linux/mman.h>
#include <sys/syscall.h>

#include <algorithm>
#include <tuple>
#include <type_traits>

#include <fmt/format.h>

#include "checker/facets/lower.h"
#include "checker/kernels/agent/record_of.h"
#include "checker/kernels/uml/points.h"
#include "model/address_space.h"
#include "model/page_table.h"

namespace checker::kernels::uml {
namespace {

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
            flags & model::VM_MAYSHARE ? 's' : 'p'};
}

ExpectedEntry entry_of(const model::Kernel& k, const model::Pte& p) {
    switch (p.kind) {
    case model::Pte::Kind::zero:
    case model::Pte::Kind::ksm_zero: return {Held::zero, 0};
    case model::Pte::Kind::swap: return {Held::swap, 0};
    case model::Pte::Kind::migration: return {Held::migration, 0};
    case model::Pte::Kind::present:
    case model::Pte::Kind::guard: break;
    }
    const bool of_file = p.folio && k.folios[p.folio].mapping == model::Folio::Mapping::file;
    return {of_file ? Held::file : Held::page, p.folio.n};
}

void expect_state(const model::Kernel& k, LookPoint& look) {
    for (auto mm = k.processes.first(k.mms); mm; mm = k.processes.next(k.mms, mm)) {
        const Pid pid = k.mms[mm].pid;
        if (mmap_lock_is_held(k, mm)) {
            look.hidden.insert(pid);
            continue;
        }
        for (auto v = model::first_vma(k, mm); v; v = model::next_vma(k, v)) {
            const model::Vma& vma = k.vmas[v];
            look.vmas.push_back(
                {pid, vma.range.start.n * model::PAGE_SIZE, vma.range.end.n * model::PAGE_SIZE, prot_of(vma.flags)});
        }
        const auto& table = k.mms[mm].page_table;
        for (auto p = table.first(k.ptes); p; p = table.next(k.ptes, p))
            if (k.ptes[p].kind != model::Pte::Kind::guard) look.entries[{pid, k.ptes[p].page}] = entry_of(k, k.ptes[p]);
    }
    std::ranges::sort(look.vmas);
}

// Turns steps into records one after another, playing the model beside them.
struct Writer {
    GuestScript& script;
    const ScriptOptions& options;
    Session session;
    SoFar so_far{};
    std::map<Pid, std::uint64_t> index_of{{1, 1}};
    std::uint64_t numbers = 0;
    std::map<std::string, std::uint64_t, std::less<>> flights{}; // by name: number
    const model::Step* step = nullptr;

    std::uint64_t add(Record r) {
        r.number = ++numbers;
        script.records.push_back(r);
        return r.number;
    }
    std::uint64_t process(Pid pid) const {
        const auto found = index_of.find(pid);
        if (found == index_of.end())
            throw Unplayable{fmt::format("line {}: process {} does not exist", step->line, pid)};
        return found->second;
    }
    void add_child(Pid child) {
        std::uint64_t free = 1;
        for (bool used = true; used; free += used)
            used = std::ranges::any_of(index_of, [&](const auto& p) { return p.second == free; });
        if (free >= agent::first_flyer) throw Unplayable{fmt::format("more than {} processes", agent::first_flyer - 1)};
        index_of[child] = free;
    }
    // Each returns the number of the record whose answer is the action's result. `flight`: Record::flight.
    std::uint64_t act(const Action& action, std::uint64_t flight = 0) {
        if (std::holds_alternative<LookAtMachine>(action)) return look(step->line, Occasion::walk);
        if (const auto* fork = std::get_if<ForkProcess>(&action)) add_child(fork->child);
        Record record = record_of(action, [this](Pid pid) { return process(pid); });
        record.flight = flight;
        const std::uint64_t number = add(record);
        if (const auto* exit = std::get_if<ExitProcess>(&action)) index_of.erase(exit->pid);
        return number;
    }

    std::uint64_t look(std::uint32_t line, Occasion occasion) {
        LookPoint point;
        point.number = add(record_of(LookAtMachine{}, [](Pid) { return 0; }));
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
            for (auto& [name, entries] : point.missed)
                std::erase_if(entries, [&](const MappedAt& at) { return point.hidden.contains(at.pid); });
        }
        script.looks.push_back(std::move(point));
        return script.looks.back().number;
    }
    void make_files();
    void check_reach() const;
    bool stale() const { return static_cast<bool>(session.machines.front().kernel.stale); }
    const model::Flight* flying(const model::FlightName& name) const {
        return model::find_flight(session.machines.front().kernel, name);
    }
    std::vector<Action> lowered(const model::Step& s);
    std::uint64_t begin(const model::Step& s, const std::vector<Action>& actions);
    std::uint64_t go_on(const model::Step& s, const model::FlightName& name);
    void expect_flight(const model::FlightName& name, RecordedStep& a);
    void write_step(const model::Step& s);
    void land();
};

// All the files that the trace names, empty, and large enough for what it maps of them.
void Writer::make_files() {
    const Needs needs = needs_of(script.trace->steps);
    if (needs.files.size() > agent::max_files) throw Unplayable{fmt::format("more than {} files", agent::max_files)};
    if (needs.file_size > (1ull << 38)) throw Unplayable{"a file of more than 256 GiB"};
    so_far.files = needs.files;
    for (std::uint64_t index = 0; index < needs.files.size(); ++index)
        add({Order::file, 0, 0, {index, needs.file_size}});
}

void Writer::check_reach() const {
    const model::Kernel& k = session.machines.front().kernel;
    for (auto mm = k.processes.first(k.mms); mm; mm = k.processes.next(k.mms, mm))
        if (const auto last = model::vma_below(k, mm, model::vpn(agent::in_guest.start));
            last && k.vmas[last].range.end > model::vpn(agent::in_guest.start))
            throw Unplayable{"it needs addresses above 484 GiB, where a guest's user space ends"};
        else if (model::find_vma(k, mm, model::vpn(agent::in_guest.start)))
            throw Unplayable{"it needs addresses above 484 GiB, where a guest's user space ends"};
}

// What a guest does not have: some flags, and addresses, for which it has other errors.
struct CheckAction {
    const model::Kernel& k; // the model, before the step

    void operator()(const SystemCall& call) const {
        if (call.number == SYS_mmap && call.arguments[3] & MAP_STACK)
            throw Unplayable{
                "MAP_STACK is a flag of the VMA where there are transparent huge pages, which User-Mode Linux has not"};
        if (call.number == SYS_madvise && (call.arguments[2] == MADV_HUGEPAGE || call.arguments[2] == MADV_NOHUGEPAGE))
            throw Unplayable{"User-Mode Linux has no transparent huge pages"};
    }
    void operator()(const BeginHeap& heap) const { // validate_prctl_map_addr(), kernel/sys.c
        if (heap.address < k.config.mmap_min_addr) throw Unplayable{"the heap cannot begin below vm.mmap_min_addr"};
    }
    void operator()(const FullScans& scan) const {
        if (scan.scans > 10000) throw Unplayable{"more than 10000 scans"};
    }
    void operator()(const auto&) const {}
};
template <class Op> void check_arguments(const Op& op) {
    auto one = [](const auto& field) {
        using Field = std::decay_t<decltype(field)>;
        if constexpr (std::is_same_v<Field, model::Address> || std::is_same_v<Field, model::Length>)
            if (field.v > agent::in_guest.start)
                throw Unplayable{"it names addresses above 484 GiB, where a guest's user space ends"};
    };
    std::apply([&](auto... fields) { (one(op.*fields), ...); }, Op::fields);
}

// --- operations in flight

std::vector<Action> Writer::lowered(const model::Step& s) {
    model::Step whole = s;
    whole.begins = {};
    std::vector<Action> actions = lower(whole, so_far).actions;
    if (s.begins && actions.size() != 1)
        throw Unplayable{fmt::format("line {}: a real kernel is asked for this in {} calls", s.line, actions.size())};
    return actions;
}

std::uint64_t Writer::begin(const model::Step& s, const std::vector<Action>& actions) {
    std::uint64_t free = 1;
    while (std::ranges::any_of(flights, [&](const auto& f) { return f.second == free; })) ++free;
    if (free > agent::max_flights)
        throw Unplayable{
            fmt::format("line {}: more than {} operations are in flight at a time", s.line, agent::max_flights)};
    flights[std::string(s.begins.view())] = free;
    return act(actions.front(), free);
}

std::uint64_t Writer::go_on(const model::Step& s, const model::FlightName& name) {
    const auto f = flights.find(name.view());
    if (f == flights.end()) throw model::BadInput(fmt::format("nothing in flight is called {}", name.view()));
    const Order verb = model::name_of(s.op) == model::Finish::name ? Order::finish : Order::advance;
    return add({verb, 0, 0, {f->second - 1}});
}

// Where the operation of this name stands now, and whether it has been a migration that is over.
void Writer::expect_flight(const model::FlightName& name, RecordedStep& a) {
    a.may_be_stale = true;
    const model::Flight* f = flying(name);
    a.point = f ? point_name(*f) : "over";
    if (!f) flights.erase(std::string(name.view()));
}

// What the trace leaves in flight is brought to its end, in whatever order it can be (model::land()).
void Writer::land() {
    for (bool any = true; any && !flights.empty() && !stale();) {
        any = false;
        for (std::size_t n = 0; n < session.machines.front().kernel.flights.size() && !stale(); ++n)
            for (const bool whole : {true, false}) {
                const model::FlightName name = session.machines.front().kernel.flights[n].name;
                const model::Operation how =
                    whole ? model::Operation(model::Finish{{name}}) : model::Operation(model::Advance{{name}});
                model::Kernel trial = session.machines.front().kernel;
                const model::Step s{0, how, {}, step->line};
                try {
                    model::play(trial, s);
                } catch (const model::BadInput&) { // it would wait
                    continue;
                }
                write_step(s);
                any = true;
                break;
            }
    }
    if (!flights.empty() && !stale()) throw Unplayable{"what it leaves in flight can never end"};
}

void Writer::write_step(const model::Step& s) {
    step = &s;
    if ((s.begins || model::going_on(s.op)) && !options.no_points.empty())
        throw Unplayable{fmt::format("line {}: operations cannot be stopped here: {}", s.line, options.no_points)};
    if (const std::string why = unplayable_step(s, session.machines.front().kernel); !why.empty())
        throw Unplayable{fmt::format("line {}: {}", s.line, why)};
    RecordedStep a{s.line, model::to_text(s), {}, {}, false, {}, {}};
    std::uint64_t number = 0;
    bool says_nothing = static_cast<bool>(s.begins);
    model::Result result;
    if (const auto name = model::going_on(s.op)) {
        const model::Flight* f = flying(*name);
        const bool fork = f && std::holds_alternative<model::Forking>(f->what);
        number = go_on(s, *name);
        result = play(session, s);
        says_nothing = fork && !flying(*name); // it returns a pid
        expect_flight(*name, a);
    } else {
        const std::vector<Action> actions = lowered(s);
        a.may_be_stale = std::holds_alternative<MigratePage>(actions.back());
        result = play(session, s);
        check_reach();
        // The look of a walk is taken in the state after it, which is the state before it.
        if (s.begins)
            number = begin(s, actions);
        else
            for (const Action& action : actions) number = act(action);
        says_nothing |= std::holds_alternative<ForkProcess>(actions.back()) ||
                        std::holds_alternative<LookAtMachine>(actions.back());
        if (s.begins) expect_flight(s.begins, a);
    }
    if (!says_nothing && options.compare) a.expected = value_of(result);
    if (a.may_be_stale)
        for (const auto& [pid, index] : index_of) a.pid_of[index] = pid;
    if (a.may_be_stale && options.compare)
        for (const model::EntryAt& e : model::stale_entries(session.machines.front().kernel))
            a.stale.insert({e.pid, e.page});
    script.asked[number] = std::move(a);
}

} // namespace

std::string unplayable_step(const model::Step& step, const model::Kernel& before) {
    try {
        if (model::going_on(step.op)) return {};
        model::Step whole = step;
        whole.begins = {};
        SoFar nothing;
        const Lowered lowered = lower(whole, nothing);
        if (!lowered.unavailable.empty()) return lowered.unavailable;
        for (const Action& action : lowered.actions) std::visit(CheckAction{before}, action);
        std::visit([](const auto& op) { check_arguments(op); }, step.op);
    } catch (const Unplayable& u) {
        return u.why;
    }
    return {};
}

GuestScript script_of(const model::Trace& trace, const ScriptOptions& options) {
    GuestScript script;
    script.name = trace.path;
    script.trace = &trace;
    std::vector<const Strategy*> strategies{&reference()};
    for (const Strategy* s : options.strategies)
        if (s != &reference()) strategies.push_back(s);
    model::Config config = options.config;
    config.max_map_count -= agent::own_vmas_in_guest; // the agent's count too
    Writer w{script, options, start_session(config, strategies)};
    try {
        script.records.push_back(
            {Order::begin, 0, 0, {0, config.max_page_sharing, config.use_zero_pages, config.smart_scan}});
        w.make_files();
        for (const model::Step& s : trace.steps) {
            if (w.stale()) break;
            w.write_step(s);
        }
        w.land();
        const std::uint32_t line = trace.steps.empty() ? 1 : trace.steps.back().line;
        if (!w.stale()) w.look(line, Occasion::end);                           // else the guest ends there
        if (!w.stale() && w.session.machines.front().kernel.config.run == 1) { // else ksmd sleeps
            const model::Step scans{0, model::Ksmd{{heal_scans}}, {}, line};
            play(w.session, scans);
            w.add(record_of(FullScans{heal_scans}, [](Pid) { return 0; }));
            w.look(line, Occasion::healed);
        }
        script.records.push_back({Order::end, 0, 0, {}});
    } catch (const Unplayable& u) {
        script.unplayable = u.why;
    } catch (const model::BadInput& bad) {
        script.unplayable = fmt::format("line {}: {}", w.step ? w.step->line : 0, bad.what());
    }
    return script;
}

} // namespace checker::kernels::uml
