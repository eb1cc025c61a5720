#include "checker/search/scope/search.h"

#include <algorithm>
#include <system_error>
#include <thread>

#include "checker/facets/choices.h"
#include "checker/judge/fast_judge.h"
#include "model/fail.h"
#include "model/invariants.h"
#include "model/locks.h"
#include "model/trace/trace.h"

namespace checker::inline search::scope {
namespace {

constexpr std::uint64_t states_at_a_time = 16;

std::uint64_t frontier_share(const ExploreLimits& l) {
    return std::min(l.memory, l.frontier_memory ? l.frontier_memory : l.memory / 32);
}

} // namespace

model::Step as_played(const model::Kernel& k, const model::Step& step) {
    model::Step s = step;
    if (model::returned_by(s.op) == model::Returns::pid) {
        model::Pid pid = 2;
        while (model::find_process(k, pid)) ++pid;
        s.expected = model::Result::of(pid);
    }
    return s;
}

Exploration::Exploration(const Scope& scope, model::ItemLayout layout, std::vector<const Strategy*> strategies,
                         const ExploreLimits& limits)
    : scope_(scope),
      limits_(limits),
      catalog_(catalog(scope)),
      visited_(limits.memory - frontier_share(limits)),
      engine_(limits.seconds) {
    limits_.frontier_memory = frontier_share(limits);
    model::require(catalog_.steps.size() < std::uint64_t{1} << Place::step_bits, "the scope has too many operations");
    scope_.config.layout = layout;
    start_ = model::boot(scope_.config);
    for (const model::Step& s : scope_.from.steps) model::play(start_, s);
    report_.scope = scope_;
    report_.layout = layout;
    model::require(strategies.size() <= 32, "more strategies in one search than a state's mask has bits");
    report_.strategies = std::move(strategies);
    for (std::size_t n = 0; n < report_.strategies.size(); ++n)
        if (const Strategy& s = *report_.strategies[n];
            !is_reference(s) || s.claim == Claim::exact) // else it cannot miss what it finds
            asked_ |= std::uint32_t{1} << n;
    workers_.resize(limits.threads ? limits.threads : std::max(1u, std::thread::hardware_concurrency()));
    for (Worker& w : workers_) w.path.resize(scope_.depth + 1);
}

Fingerprint Exploration::fingerprint_of(Worker& w, const model::Kernel& k) const {
    return fingerprint(w.canonicalizer.form(k, scope_.reduced ? model::Symmetry::all : model::Symmetry::identities));
}

std::uint64_t Exploration::memory_used() const {
    std::uint64_t n = visited_.bytes();
    for (const WordArray& w : levels_) n += w.bytes_in_memory();
    return n;
}

// The state at an index of a level: its path is played from where it leaves the path of the state before.
const model::Kernel& Exploration::state(Worker& w, unsigned depth, std::uint64_t index) {
    std::vector<std::uint64_t> indices(depth + 1);
    for (unsigned d = depth; d > 0; --d) {
        indices[d] = index;
        Place p;
        p.word = levels_[d].all()[index];
        index = p.parent();
    }
    if (!w.valid) w.path[0] = start_, w.valid = 1;
    std::size_t same = 1;
    while (same <= depth && same < w.valid && w.indices[same] == indices[same]) ++same;
    for (std::size_t d = same; d <= depth; ++d) {
        Place p;
        p.word = levels_[d].all()[indices[d]];
        w.path[d] = w.path[d - 1];
        model::play(w.path[d], as_played(w.path[d], catalog_.steps[p.step()]));
    }
    w.begun = 0;
    for (unsigned d = 1; d <= depth; ++d) {
        Place p;
        p.word = levels_[d].all()[indices[d]];
        w.begun += static_cast<bool>(catalog_.steps[p.step()].begins);
    }
    w.valid = depth + 1;
    w.indices = std::move(indices);
    return w.path[depth];
}

void Exploration::note_if_refuting(Worker& w, const model::Kernel& k, Fingerprint f) {
    judged_.fetch_add(1, std::memory_order_relaxed);
    if (k.stale) return w.stale.push_back(f);
    if (const std::uint32_t refuted = refuted_here(k, report_.strategies, asked_)) w.refuting.push_back({f, refuted});
    if (!limits_.paranoid) return;
    if (auto broken = model::first_broken_invariant(k)) throw model::Broken(*broken);
}

// Plays one step of the catalog in the state that the worker stands at, if it need not wait there.
Exploration::Tried Exploration::try_step(Worker& w, unsigned depth, std::uint64_t index, std::size_t step) {
    w.scratch = w.path[depth];
    const model::Step& s = catalog_.steps[step];
    try {
        if (model::returned_by(s.op) == model::Returns::pid)
            model::play(w.scratch, as_played(w.scratch, s));
        else
            model::play(w.scratch, s);
    } catch (const model::WouldWait&) {
        return Tried::waits;
    }
    Fingerprint f = fingerprint_of(w, w.scratch);
    if (scope_.begins) f.lo += w.begun + static_cast<bool>(s.begins); // how many may still begin tells states apart
    const Visited::Met met = visited_.insert(f, Place(depth + 1, index, step));
    if (met == Visited::Met::no_room) return Tried::no_room;
    if (met == Visited::Met::first_time) {
        fresh_.fetch_add(1, std::memory_order_relaxed);
        if (w.scratch.flights.empty()) {
            at_rest_.fetch_add(1, std::memory_order_relaxed);
            sum_at_rest_.fetch_add(f.lo ^ f.hi, std::memory_order_relaxed);
        }
        note_if_refuting(w, w.scratch, f);
    }
    return Tried::played;
}

// Returns how many transitions were played.
std::uint64_t Exploration::expand(Worker& w, unsigned depth, std::uint64_t index) {
    const model::Kernel& k = state(w, depth, index);
    std::uint64_t played = 0;
    if (k.stale) return 0;
    const auto at_once = goes_on_at_once(k, scope_);
    for (model::Pid pid = 0; pid <= catalog_.last_pid(); ++pid) {
        if (pid && !model::find_process(k, pid)) continue;
        for (std::size_t n = catalog_.first_of_pid[pid]; n < catalog_.first_of_pid[pid + 1]; ++n) {
            if (!enabled(k, scope_, catalog_.steps[n])) continue;
            if (scope_.begins && catalog_.steps[n].begins && w.begun >= scope_.begins) continue;
            if (at_once && model::going_on(catalog_.steps[n].op) != at_once) continue;
            w.trying = n;
            const Tried tried = try_step(w, depth, index, n);
            if (tried == Tried::no_room) {
                engine_.stop(End::out_of_memory); // the set of visited states is full
                return 0;
            }
            played += tried == Tried::played;
        }
    }
    transitions_.fetch_add(played, std::memory_order_relaxed);
    expanded_.fetch_add(1, std::memory_order_relaxed);
    return played;
}

// A defect of the model ends the search: its trace is worth more than the rest.
std::uint64_t Exploration::expand_or_tell(Worker& w, unsigned depth, std::uint64_t index) try {
    return expand(w, depth, index);
} catch (...) {
    w.error = std::current_exception();
    Place here;
    here.word = levels_[depth].all()[index];
    std::vector<model::Step> steps = depth ? steps_to(here) : std::vector<model::Step>{};
    steps.push_back(catalog_.steps[w.trying]);
    w.error_steps = std::move(steps);
    engine_.stop(End::defect);
    return 0;
}

// Expands all states of a level. False if the search must end.
bool Exploration::expand_level(unsigned depth, const std::function<void(const ExploreProgress&)>& progress) {
    expanded_ = 0;
    const std::uint64_t before = transitions_, known = visited_.size();
    const Shard shard = is_shared(depth) ? limits_.shard : Shard{};
    const std::uint64_t mine = shard.count(levels_[depth].all().size());
    std::vector<Work> work;
    for (Worker& w : workers_) {
        w.valid = 0;
        w.refuting.clear();
        w.stale.clear();
        work.emplace_back(
            [this, depth, shard, &w](std::uint64_t n) { return expand_or_tell(w, depth, shard.number(n)); });
    }
    engine_.play({0, mine, states_at_a_time}, work, [&](const SearchEffort& e) {
        if (progress) progress({depth, known + fresh_, transitions_, mine, expanded_, memory_used(), e.seconds});
    });
    report_.transitions_at.push_back(transitions_ - before);
    report_.states_at.push_back(fresh_);
    report_.of_next = expanded_;
    report_.in_next = mine;
    fresh_ = 0;
    return !engine_.stopped();
}

// The places of a level become its list, in order: neighbours share their path. False if there is no room for it.
bool Exploration::gather(unsigned depth) try {
    const std::uint64_t n = report_.states_at[depth];
    std::uint64_t bytes = n * sizeof(std::uint64_t);
    for (const WordArray& w : levels_) bytes += w.bytes_in_memory();
    const bool on_disk = bytes > limits_.frontier_memory;
    WordArray words(n, on_disk);
    std::uint64_t* out = words.all().data();
    visited_.each_at(depth, [&](Place p) { *out++ = p.word; });
    std::ranges::sort(words.all());
    if (on_disk) report_.bytes_on_disk += n * sizeof(std::uint64_t);
    levels_.push_back(std::move(words));
    return true;
} catch (const std::system_error& e) {
    engine_.stop(End::out_of_memory);
    report_.reason = e.what();
    report_.of_next = 0;
    report_.in_next = report_.states_at[depth];
    return false;
}

std::vector<model::Step> Exploration::steps_to(Place place) const {
    std::vector<std::size_t> choices;
    for (;;) {
        choices.push_back(place.step());
        if (place.depth() == 1) break;
        const unsigned above = place.depth() - 1;
        place.word = levels_[above].all()[place.parent()];
    }
    std::vector<model::Step> steps;
    model::Kernel k = start_;
    for (auto c = choices.rbegin(); c != choices.rend(); ++c) {
        steps.push_back(as_played(k, catalog_.steps[*c]));
        try {
            steps.back().expected = model::play(k, steps.back());
        } catch (const model::Broken&) { // the last step of a defect
            break;
        }
    }
    return steps;
}

// What the strategy's walks lose in the state after the steps.
std::vector<Disagreement> Exploration::disagreements(const Strategy* s, const std::vector<model::Step>& steps) const {
    model::Kernel k = model::boot(scope_.config);
    KsmEntries entries(*s->kind);
    for (const auto* part : {&scope_.from.steps, &steps})
        for (const model::Step& step : *part) {
            const model::Operation is = model::stands_for(k, step.op);
            model::play(k, step);
            entries.read(k, is);
        }
    StateJudge judge({s});
    const std::span<const Disagreement> found = judge.judge(k, entries.now());
    return {found.begin(), found.end()};
}

// One for each cause that was not met before.
void Exploration::add_counterexamples(const Strategy* s, Place place) {
    const std::vector<model::Step> steps = steps_to(place);
    for (const Disagreement& d : disagreements(s, steps)) {
        if (d.cause.facts[static_cast<std::size_t>(Fact::kind)] == 1) continue; // the reference's own miss
        if (!causes_.insert(d.cause).second) continue;
        Counterexample c;
        c.strategy = s;
        c.operations = place.depth();
        c.cause = d.cause;
        c.entry = d.entry;
        c.place = place.word;
        c.trace.steps = scope_.from.steps;
        c.trace.steps.insert(c.trace.steps.end(), steps.begin(), steps.end());
        model::Step walk;
        walk.op = model::Walk{{d.entry.pid}, {model::address(d.entry.page)}};
        c.trace.steps.push_back(walk);
        for (unsigned depth = 0; depth < place.depth(); ++depth) {
            c.states += report_.states_at[depth];
            if (depth + 1 < place.depth()) c.transitions += report_.transitions_at[depth];
        }
        if (scope_.from.steps.empty() && limits_.simplify) simplify(c, steps);
        report_.counterexamples.push_back(std::move(c));
        if (!limits_.all) return;
    }
}

// Is the step one of the scope's?
bool Exploration::of_scope(const model::Step& step) const {
    const model::Operation op = as_choice(step.op);
    return std::ranges::any_of(catalog_.steps, [&](const model::Step& s) { return s.pid == step.pid && s.op == op; });
}

// Of the sequences of this length with this cause, the one that `minimize` would choose, if the scope has it.
void Exploration::simplify(Counterexample& c, const std::vector<model::Step>& steps) const {
    const std::optional<Simplified> simple = limits_.simplify(steps, {c.cause, c.entry});
    if (!simple || simple->steps.size() != c.operations + 1) return;
    const std::span operations(simple->steps.data(), c.operations); // and a walk
    if (!std::ranges::all_of(operations, [&](const model::Step& s) { return of_scope(s); })) return;
    c.trace.steps = simple->steps;
    c.entry = simple->entry;
}

// The first of each cause; the reference drives, or who the scope says. The cause of a state is that of the least way
// to it, which another share may have: of a share all states are noted.
void Exploration::note_security(const std::vector<std::pair<Place, Fingerprint>>& stale) {
    for (const auto& [place, state] : stale) {
        std::vector<model::Step> steps = steps_to(place);
        model::Kernel k = start_;
        for (const model::Step& s : steps) model::play(k, s);
        const auto* driver = static_cast<const Strategy*>(k.config.drive.who);
        const SecurityCause cause = security_cause(k, driver ? *driver : reference(), acted_between(steps));
        const auto known = std::ranges::find(report_.security, cause, &ExploredSecurity::cause);
        if (known != report_.security.end() && (!is_shared(place.depth() - 1) || known->operations < place.depth()))
            continue;
        ExploredSecurity found{cause, {}, place.depth(), place.word, {state.hi, state.lo}};
        found.trace.steps = scope_.from.steps;
        found.trace.steps.insert(found.trace.steps.end(), steps.begin(), steps.end());
        report_.security.push_back(std::move(found));
    }
}

// What the states of a level refute, in the order of their paths: of each strategy the first, or all.
void Exploration::settle(unsigned depth) {
    std::vector<std::pair<Place, Fingerprint>> stale;
    for (const Worker& w : workers_)
        for (Fingerprint f : w.stale) stale.emplace_back(visited_.place_of(f), f);
    std::ranges::sort(stale);
    note_security(stale);
    std::vector<std::pair<Place, std::uint32_t>> refuting;
    for (const Worker& w : workers_)
        for (const Refuting& r : w.refuting) refuting.emplace_back(visited_.place_of(r.f), r.strategies);
    std::ranges::sort(refuting);
    for (const auto& [place, strategies] : refuting)
        for (std::size_t n = 0; n < report_.strategies.size(); ++n) {
            const std::uint32_t bit = std::uint32_t{1} << n;
            if (!(strategies & asked_ & bit)) continue;
            model::require(place.depth() == depth, "a state was refuted again");
            add_counterexamples(report_.strategies[n], place);
            if (!limits_.all) asked_ &= ~bit;
        }
}

void Exploration::name_last_states() {
    report_.shared = true;
    visited_.each_met_at(scope_.depth, [&](Fingerprint f) { report_.met_last.push_back({f.hi, f.lo}); });
    std::ranges::sort(report_.met_last);
}

ExploreReport Exploration::run(const std::function<void(const ExploreProgress&)>& progress) {
    Worker& first = workers_.front();
    const Fingerprint start = fingerprint_of(first, start_);
    visited_.insert(start, Place(0, 0, 0));
    report_.states_at.push_back(1);
    levels_.emplace_back(1, false);
    levels_[0].all()[0] = Place(0, 0, 0).word;
    for (unsigned depth = 0; depth < scope_.depth; ++depth) {
        const bool whole = expand_level(depth, progress);
        if (engine_.effort().end != End::defect) settle(depth + 1);
        if (!whole) break;
        report_.complete = depth + 1;
        if (is_shared(depth)) {
            name_last_states();
            break; // whether all is refuted is known when the shares are put together
        }
        if (!asked_ && !limits_.paranoid && !scope_.flights)
            engine_.stop(End::settled);                            // with flights, stale entries are asked for, too
        if (!report_.states_at.back() || engine_.stopped()) break; // all states are known, of any length
        if (depth + 1 < scope_.depth && !gather(depth + 1)) break;
    }
    for (std::uint64_t n : report_.states_at) report_.states += n;
    report_.transitions = transitions_;
    report_.judged = judged_;
    report_.at_rest = {at_rest_, sum_at_rest_};
    report_.bytes = memory_used();
    const SearchEffort effort = engine_.effort();
    report_.seconds = effort.seconds;
    report_.end = effort.end;
    if (report_.end == End::out_of_memory && report_.reason.empty())
        report_.reason = "the bound leaves no room for more states than " + std::to_string(visited_.size());
    for (const Worker& w : workers_)
        if (w.error) {
            report_.defect = w.error_steps;
            try {
                std::rethrow_exception(w.error);
            } catch (const model::Broken& e) {
                report_.reason = e.what();
            } // anything else is not the model's: let it through
        }
    return std::move(report_);
}

} // namespace checker::inline search::scope
