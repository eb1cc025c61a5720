// Laws over all sequences, with rapidcheck: a sequence that breaks one is shrunk and printed. RC_PARAMS sets the seed
// and how many are tried ("max_success=10000 seed=7").
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

#include "checker/judge/judge.h"
#include "checker/judge/truth.h"
#include "checker/search/random/generate.h"
#include "model/canonical.h"
#include "model/invariants.h"
#include "model/ksm.h"
#include "model/trace/trace.h"
#include "properties/properties.h"

namespace model {
void showValue(const Step& step, std::ostream& os) { os << '\n' << to_text(step); }
} // namespace model

namespace {

using namespace checker;
using model::Kernel;
using model::Step;
using Steps = std::vector<Step>;

// What rapidcheck draws is the number of a run; the sequence follows from it. It shrinks by leaving out operations.
rc::Gen<Steps> sequences() {
    return rc::gen::shrink(rc::gen::noShrink(rc::gen::map(rc::gen::arbitrary<std::uint64_t>(),
                                                          [](std::uint64_t number) {
                                                              const DrawScope scope;
                                                              checker::Run run = start_run(1, number, scope);
                                                              Kernel k = model::boot();
                                                              Steps steps;
                                                              for (std::uint32_t n = 0; n < scope.length; ++n) {
                                                                  auto step = draw_step(run, k, scope);
                                                                  if (!step) continue;
                                                                  keep_told(*step, model::play(k, *step));
                                                                  steps.push_back(*step);
                                                              }
                                                              return steps;
                                                          })),
                           [](Steps steps) { return rc::shrink::removeChunks(std::move(steps)); });
}

// Plays what can be played of a sequence (a shrunk one may name processes that it did not make), and calls f before and
// after each operation.
template <class F> Kernel play_all(const Steps& steps, F&& f) {
    Kernel k = model::boot();
    for (const Step& step : steps) {
        if (!model::by_kernel(step.op) && !model::find_process(k, step.pid)) continue;
        const Kernel before = k;
        model::Result result;
        try {
            result = model::play(k, step);
        } catch (const model::BadInput&) {
            k = before;
            continue;
        }
        f(before, step, result, k);
    }
    return k;
}
Kernel play_all(const Steps& steps) {
    return play_all(steps, [](const Kernel&, const Step&, model::Result, const Kernel&) {});
}

Session session_of(const Kernel& k) {
    Session s;
    for (const Strategy& each : strategies())
        if (!each.layout) s.strategies.push_back(&each);
    s.machines.push_back({k, s.strategies});
    return s;
}

RC_GTEST_PROP(Laws, InvariantsHoldAfterEveryOperation, ()) {
    play_all(*sequences(), [](const Kernel&, const Step&, model::Result, const Kernel& after) {
        const auto wrong = model::first_broken_invariant(after);
        if (wrong) RC_FAIL(*wrong);
    });
}

RC_GTEST_PROP(Laws, EveryPropertyHoldsOfEveryOperation, ()) {
    KsmEntries entries;
    StateJudge judge(by_layout().front().strategies);
    play_all(*sequences(), [&](const Kernel& before, const Step& step, model::Result result, const Kernel& after) {
        entries.read(after, step.op);
        const Moment m{&before, step, result, after, entries.now(), judge.judge(after, entries.now())};
        for (const Property& p : properties::properties()) {
            if (p.needs_before && !p.needs_before(step.op)) continue;
            const auto wrong = p.broken(m);
            if (wrong) RC_FAIL(std::string(p.name) + ": " + *wrong);
        }
    });
}

RC_GTEST_PROP(Laws, NoWalkFindsWhatIsNotThere, ()) {
    const Kernel k = play_all(*sequences());
    const PageTables tables = page_tables_of(k);
    k.folios.each([&](model::Id<model::Folio> id, const model::Folio& f) {
        if (f.mapping != model::Folio::Mapping::ksm || !f.mapcount) return;
        const auto truth = oracle(tables, id.n);
        for (const Strategy& s : strategies())
            if (layout_of(s, {}) == k.config.layout) RC_ASSERT(std::ranges::includes(truth, s.walk(k, id).found));
    });
}

RC_GTEST_PROP(Laws, OrdinaryPagesAreAlwaysFound, ()) {
    const Kernel k = play_all(*sequences());
    const PageTables tables = page_tables_of(k);
    k.folios.each([&](model::Id<model::Folio> id, const model::Folio& f) {
        if (f.mapping == model::Folio::Mapping::anon && f.mapcount)
            RC_ASSERT(reference().walk(k, id).found == oracle(tables, id.n));
    });
}

RC_GTEST_PROP(Laws, TheFastJudgeAgreesWithTheJudge, ()) {
    const Kernel k = play_all(*sequences());
    KsmEntries entries;
    entries.read(k, model::Ksmd{});
    StateJudge fast(by_layout().front().strategies);
    const auto found = fast.judge(k, entries.now());
    for (const Verdict& v : judge_all_ksm_pages(session_of(k), 0, Lifetimes::leave_open)) {
        const bool expected = v.strategy == &reference() ? !v.missed.empty() : refutes(v);
        if (!expected) continue;
        RC_ASSERT(std::ranges::any_of(found, [&](const Disagreement& d) { return d.cause.strategy == v.strategy; }));
    }
    for (const Disagreement& d : found) {
        bool known = false;
        for (const Verdict& v : judge_all_ksm_pages(session_of(k), 0, Lifetimes::leave_open))
            known |= v.strategy == d.cause.strategy && (!v.missed.empty() || v.touched_freed_vma);
        RC_ASSERT(known);
    }
}

RC_GTEST_PROP(Laws, ACopyGoesItsOwnWay, ()) {
    const Steps steps = *sequences();
    const std::size_t half = steps.size() / 2;
    const Kernel middle = play_all(Steps(steps.begin(), steps.begin() + static_cast<std::ptrdiff_t>(half)));
    const auto form = model::canonical(middle);
    Kernel copy = middle;
    model::ksm_full_scan(copy);
    RC_ASSERT(model::canonical(middle) == form);
}

RC_GTEST_PROP(Laws, TracesKeepStates, ()) {
    Steps played;
    const Kernel k = play_all(*sequences(), [&](const Kernel&, const Step& step, model::Result result, const Kernel&) {
        played.push_back(step);
        keep_told(played.back(), result);
    });
    for (const RunProperty& p : properties::run_properties()) {
        const auto wrong = p.broken(played, k);
        if (wrong) RC_FAIL(std::string(p.name) + ": " + *wrong);
    }
}

} // namespace
