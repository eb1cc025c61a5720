#include "checker/search/shrink/minimize.h"

#include <algorithm>
#include <chrono>

#include "checker/facets/effects.h"
#include "checker/facets/smaller.h"
#include "checker/judge/bound.h"
#include "checker/judge/fast_judge.h"
#include "checker/search/random/generate.h"
#include "checker/search/shrink/playable.h"
#include "checker/search/shrink/shortest.h"
#include "checker/search/shrink/size.h"
#include "checker/search/shrink/steps.h"
#include "checker/support/interrupt.h"
#include "model/canonical.h"
#include "model/fail.h"
#include "model/page_table.h"

namespace checker::inline search {

using namespace model;

namespace {

Id<Folio> folio_at(const Kernel& k, MappedAt at, const Kind& kind) {
    const Id<Mm> mm = find_process(k, at.pid);
    const Id<Pte> pte = mm ? pte_at(k, mm, at.page) : Id<Pte>::none();
    if (!pte || k.ptes[pte].kind != Pte::Kind::present) return {};
    const Id<Folio> folio = k.ptes[pte].folio;
    return kind.is(k.folios[folio]) ? folio : Id<Folio>::none();
}

// How the page that one entry maps came there, as a sequence goes on (KsmEntries, for one entry).
struct ArrivalAt {
    MappedAt at;
    const Kind& kind;
    Id<Folio> folio{};
    Arrival arrival = Arrival::unknown;
    Id<Pte> pte{};

    void played(const Kernel& k, const Operation& op) {
        const Id<Folio> now = folio_at(k, at, kind);
        const Id<Pte> here = now ? pte_at(k, find_process(k, at.pid), at.page) : Id<Pte>::none();
        const bool stayed = folio && now && here == pte && (now == folio || replaces_folios(op));
        if (now && !stayed && &kind == &ksm) arrival = arrival_by(op, k, at, now);
        folio = now;
        pte = here;
    }
};

void play_watched(Kernel& k, Steps& steps, ArrivalAt& watched) {
    play_playable(k, steps, [&](const Operation& op) { watched.played(k, op); });
}

bool has_cause(const Kernel& k, const Cause& cause, MappedAt at, Arrival arrival) {
    const Strategy& s = *cause.strategy;
    const Id<Folio> folio = folio_at(k, at, *s.kind);
    if (!folio) return false;
    const bool passes = cause.facts[static_cast<std::size_t>(Fact::moment)];
    if (passes == k.flights.empty() || k.folios[folio].locked) return false;
    if (passes) {
        Kernel later = k;
        if (!land(later) || disagrees(later, s, at)) return false;
    }
    const WalkResult walk = s.walk(k, folio);
    if (cause.facts[static_cast<std::size_t>(Fact::kind)] == 3)
        return walk.touched_freed_vma && at_a_point(cause_of_freed_vma(k, s, folio), passes) == cause;
    if (cause.facts[static_cast<std::size_t>(Fact::kind)] == kind_over_bound)
        return walk.cost.all.visited > allowed_visits(k, s, folio);
    if (std::ranges::binary_search(walk.found, at)) return false;
    if (s.kind != &ksm && walk.touched_freed_vma) return false; // that is what is said of it
    if (!is_reference(s) && s.claim != Claim::exact &&
        !std::ranges::binary_search(reference(*s.kind).walk(k, folio).found, at))
        return false;
    return at_a_point(cause_of_miss(k, s, folio, at, arrival), passes) == cause;
}

// The same cause, once it is known how the page came to the entry: the steps are played again with an eye on it.
Cause with_arrival(const Steps& steps, std::size_t count, const Config& config, const Disagreement& d) {
    if (!asks_for_arrival(*d.cause.strategy)) return d.cause;
    Kernel k = boot(config);
    ArrivalAt watched{d.entry, *d.cause.strategy->kind};
    for (std::size_t i = 0; i < count; ++i) {
        play(k, steps[i]);
        watched.played(k, steps[i].op);
    }
    return cause_of_miss(k, *d.cause.strategy, watched.folio, d.entry, watched.arrival);
}

// Entries to look at when the one that was expected does not have the cause.
constexpr std::size_t few_entries = 64;

} // namespace

CauseTest::CauseTest(const Config& config, const Cause& cause) : cause_(cause) {
    Config c = config;
    c.layout = layout_of(*cause.strategy, config.layout);
    booted_ = boot(c);
}

bool CauseTest::operator()(Steps& steps) {
    try {
        k_ = booted_;
        ArrivalAt watched{entry_, *cause_.strategy->kind};
        play_watched(k_, steps, watched);
        if (has_cause(k_, cause_, entry_, watched.arrival)) return true;
        KsmEntries entries(*cause_.strategy->kind);
        entries.read(k_, Ksmd{});
        if (entries.now().size() > few_entries) return false;
        for (const KsmEntry& e : entries.now()) {
            if (e.at == entry_) continue;
            if (asks_for_arrival(*cause_.strategy)) { // would it be the cause, had it arrived so?
                const auto wanted = static_cast<Arrival>(cause_.facts[static_cast<std::size_t>(Fact::arrival)]);
                if (!has_cause(k_, cause_, e.at, wanted)) continue;
                k_ = booted_;
                ArrivalAt other{e.at, *cause_.strategy->kind};
                play_watched(k_, steps, other);
                if (other.arrival != wanted) continue;
            } else if (!has_cause(k_, cause_, e.at, Arrival::unknown))
                continue;
            entry_ = e.at;
            return true;
        }
        return false;
    } catch (const Broken&) {
        return false;
    }
}

namespace {

using Clock = std::chrono::steady_clock;

double left_of(Clock::time_point deadline) { return std::chrono::duration<double>(deadline - Clock::now()).count(); }

// Other starts. A descent ends where no move leads further down, and that may be a valley of its own. So the same cause
// is looked for in short random sequences, always the same ones, of the operations that the best sequence is made of;
// what is found comes down as well, and the smallest of all is the answer.
class Restarts {
  public:
    Restarts(const Config& config, const Cause& cause, Clock::time_point deadline)
        : config_(config),
          cause_(cause),
          deadline_(deadline),
          judge_({cause.strategy}),
          entries_(*cause.strategy->kind) {
        config_.layout = layout_of(*cause.strategy, config.layout);
    }

    // Returns whether something smaller was found, which then is in `m`.
    bool improve(Minimized& m, CauseTest& test) {
        DrawScope scope = scope_for(m.steps);
        if (improve(m, test, scope)) return true;
        scope.operations |= usual_operations(); // another kind of operation may do it in fewer
        scope.processes = std::max(scope.processes, 2u);
        return improve(m, test, scope);
    }

    // The same from what is known to be shortest, with one operation elsewhere: how a page came to its place, which is
    // part of the cause and not of the state, may depend on the order.
    bool improve_from_known(Minimized& m, CauseTest& test) {
        bool any = false;
        for (const Steps& known : shortest_known(*cause_.strategy, config_.rules)) {
            for (std::size_t from = 0; from < known.size(); ++from)
                for (std::size_t to = from ? 0 : 1; to < known.size() && left_of(deadline_) > 0; ++to) {
                    Steps steps = known;
                    std::rotate(steps.begin() + static_cast<std::ptrdiff_t>(std::min(from, to)),
                                steps.begin() + static_cast<std::ptrdiff_t>(from < to ? from + 1 : from),
                                steps.begin() + static_cast<std::ptrdiff_t>(std::max(from, to) + 1));
                    ++m.tries;
                    if (!test(steps)) continue;
                    Minimized other = descend(m, test, std::move(steps), true);
                    if (!(size_of(other.steps) < size_of(m.steps))) continue;
                    m.steps = std::move(other.steps);
                    any = true;
                }
        }
        return any;
    }

  private:
    bool improve(Minimized& m, CauseTest& test, const DrawScope& scope) {
        Size best = size_of(m.steps);
        bool any = false;
        int found = 0;
        for (std::uint64_t run = 0; run < most_runs && found < most_found && left_of(deadline_) > 0 && !interrupted();
             ++run) {
            std::optional<MappedAt> at = play(run, scope);
            if (!at) continue;
            ++found;
            test.expect_at(*at);
            Minimized other = descend(m, test, steps_, false);
            const Size near = size_of(other.steps);
            if (near.operations > best.operations + 1) continue;
            other = descend(m, test, std::move(other.steps), true);
            Size size = size_of(other.steps);
            if (!(size < best)) continue;
            best = std::move(size);
            m.steps = std::move(other.steps);
            any = true;
        }
        return any;
    }

    static constexpr std::uint64_t most_runs = 15000;
    static constexpr int most_found = 12;

    DrawScope scope_for(const Steps& steps) const {
        DrawScope scope;
        std::vector<Pid> pids;
        for (const Step& step : steps) {
            if (step.pid && std::ranges::find(pids, step.pid) == pids.end()) pids.push_back(step.pid);
            if (states_pid(step)) pids.push_back(static_cast<Pid>(step.expected->value));
        }
        std::ranges::sort(pids);
        pids.erase(std::unique(pids.begin(), pids.end()), pids.end());
        scope.processes = static_cast<std::uint32_t>(std::max<std::size_t>(1, pids.size()));
        scope.pages = 4;
        scope.length = 24;
        scope.operations.reset();
        for (const Step& step : steps) scope.operations.set(step.op.index());
        return scope;
    }

    // Plays a random sequence until it has the cause; it is in steps_ then.
    std::optional<MappedAt> play(std::uint64_t number, const DrawScope& scope) {
        Kernel k = boot(config_);
        Run run = start_run(seed, number, scope);
        entries_.forget();
        steps_.clear();
        for (std::uint32_t n = 0; n < scope.length; ++n) {
            std::optional<Step> step = draw_step(run, k, scope);
            if (!step) continue;
            keep_told(*step, model::play(k, *step));
            steps_.push_back(*step);
            entries_.read(k, step->op);
            for (const Disagreement& d : judge_.judge(k, entries_.now()))
                if (d.cause == cause_) return d.entry;
        }
        return {};
    }

    Minimized descend(Minimized& total, CauseTest& test, Steps steps, bool dear) {
        Minimized m = shrink(std::move(steps), one_by_one(std::ref(test)), {left_of(deadline_), dear});
        total.tries += m.tries;
        return m;
    }

    static constexpr std::uint64_t seed = 1;
    Config config_;
    const Cause& cause_;
    Clock::time_point deadline_;
    StateJudge judge_;
    KsmEntries entries_;
    Steps steps_;
};

} // namespace

MinimalCase minimize_disagreement(Steps steps, const Config& config, const Disagreement& d, double seconds) {
    CauseTest test(config, d.cause);
    test.expect_at(d.entry);
    MinimalCase result{d.cause, d.entry, {}, 0, steps.size(), true};
    const auto deadline =
        Clock::now() + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds));
    Minimized m = shrink(std::move(steps), one_by_one(std::ref(test)), {seconds});
    Restarts restarts(config, result.cause, deadline);
    while (restarts.improve(m, test)) {
    }
    if (m.steps.size() >= shortest_depth && left_of(deadline) > 0) // what is known is searched for first
        while (restarts.improve_from_known(m, test)) {
        }
    m.finished &= left_of(deadline) > 0;
    result.tries = m.tries;
    result.finished = m.finished;
    result.steps = std::move(m.steps);
    const MappedAt last = test.entry();
    test.expect_at({}); // of several entries the first; where time was up there may be too many to ask
    if (!test(result.steps)) test.expect_at(last);
    result.entry = test.entry();
    result.steps.push_back({0, Walk{{result.entry.pid}, {address(result.entry.page)}}, {}, 0});
    return result;
}

void minimize_by_each_other(std::vector<MinimalCase>& cases, const Config& config, double seconds) {
    for (bool any = true; any && !interrupted();) {
        any = false;
        for (MinimalCase& mine : cases)
            for (const MinimalCase& other : cases) {
                if (&mine == &other || other.steps.size() > mine.steps.size()) continue;
                Steps steps(other.steps.begin(), other.steps.end() - 1);
                CauseTest test(config, mine.cause);
                test.expect_at(other.entry);
                ++mine.tries;
                if (!test(steps)) continue;
                MinimalCase better =
                    minimize_disagreement(std::move(steps), config, {mine.cause, test.entry()}, seconds);
                if (!(size_of(better.steps) < size_of(mine.steps))) continue;
                better.tries += mine.tries;
                better.steps_before = mine.steps_before;
                mine = std::move(better);
                any = true;
            }
    }
}

std::optional<FirstDisagreement> first_disagreement(const Steps& steps, const Config& config,
                                                    const Strategy& strategy) {
    Config c = config;
    c.layout = layout_of(strategy, config.layout);
    Kernel k = boot(c);
    StateJudge judge({&strategy});
    for (std::size_t i = 0; i < steps.size(); ++i) {
        play(k, steps[i]);
        const std::optional<AskedPage> walk = asked_page(steps[i].op);
        if (!walk && i + 1 < steps.size()) continue;
        KsmEntries entries(*strategy.kind);
        entries.read(k, steps[i].op);
        for (const Disagreement& d : judge.judge(k, entries.now())) {
            const Id<Folio> asked =
                walk ? folio_at(k, {walk->pid, vpn(walk->address)}, *strategy.kind) : Id<Folio>::none();
            if (walk && folio_at(k, d.entry, *strategy.kind) != asked) continue;
            FirstDisagreement first{d, i + 1};
            first.disagreement.cause = with_arrival(steps, i + 1, c, d);
            return first;
        }
    }
    return {};
}

} // namespace checker::inline search
