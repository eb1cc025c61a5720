// Ordinary anonymous pages are walked and judged by strategies of their own, beside those of KSM pages.
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "checker/judge/fast_judge.h"
#include "checker/judge/runner.h"
#include "checker/search/random/check.h"
#include "checker/search/scope/explore.h"
#include "checker/search/shrink/minimize.h"
#include "model/canonical.h"
#include "properties/properties.h"

namespace checker {
namespace {

const Strategy& named(std::string_view name) { return *find_strategy(name); }

RunReport run_all(const std::string& lines, std::vector<const Kind*> end_of = {&ksm, &anon}) {
    RunOptions how;
    how.strategies = all_of(every_strategy());
    how.end_of = std::move(end_of);
    how.paranoid = true;
    return run_trace(model::read_trace("# rmapcheck trace 1\n" + lines, "t"), how);
}

const std::string shared =
    "1 mmap(0x10000, 0x2000, 3, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0)\n"
    "1 store(0x10000, 0x2000, 0x11)\n"
    "1 fork() = 2\n";

const Verdict& of(const RunReport& r, std::string_view name) {
    return *std::ranges::find_if(r.verdicts, [&](const Verdict& v) { return v.strategy->name == name; });
}

TEST(Anon, EveryPlanIsWhole) {
    std::set<std::string_view> names;
    for (const Strategy& s : every_strategy()) EXPECT_TRUE(names.insert(s.name).second) << s.name;
    for (const Strategy& s : strategies(anon)) {
        EXPECT_EQ(s.kind, &anon);
        EXPECT_EQ(s.asks.size(), 1u) << s.name;
        EXPECT_EQ(s.bound.size(), 1u) << s.name;
        EXPECT_EQ(s.layout, with_history) << s.name << ": what it asks for is not kept";
        EXPECT_FALSE(s.idea.empty() || s.origin.empty() || s.known.empty() || s.facts.empty()) << s.name;
    }
    EXPECT_EQ(reference(anon).name, "anon-index");
    EXPECT_EQ(strategies(ksm).size() + strategies(anon).size() + strategies(file_backed).size(),
              every_strategy().size());
}

TEST(Anon, IsJudgedOnOrdinaryPagesOnly) {
    const RunReport r = run_all(shared + "* walk(1, 0x10000)\n");
    for (const Strategy& s : strategies(anon)) // the walk, and two pages at the end
        EXPECT_EQ(std::ranges::count(r.verdicts, &s, &Verdict::strategy), 3) << s.name;
    EXPECT_EQ(of(r, "anon-child").missed, (std::vector<MappedAt>{{1, {0x10}}}));
    EXPECT_EQ(of(r, "anon-index").found, 2u);
    const RunReport merged =
        run_all(shared + "1 madvise(0x10000, 0x2000, MADV_MERGEABLE)\n* ksmd(2)\n* walk(1, 0x10000)\n", {&ksm});
    for (const Verdict& v : merged.verdicts) EXPECT_EQ(v.strategy->kind, &ksm) << v.strategy->name;
    EXPECT_FALSE(merged.verdicts.empty());
}

TEST(Anon, ChangesNothingThatIsSaidOfKsmPages) {
    for (const char* path : {"corpora/history/05-selftest-ksm-and-mremap-forked.trace",
                             "corpora/found/linear-index-own-item-record-stale-swapped-in.trace"}) {
        const model::Trace trace = model::load_trace(std::string(RMAPCHECK_SOURCE_DIR "/") + path);
        RunOptions alone, beside;
        beside.strategies = all_of(every_strategy());
        beside.end_of = {&ksm, &anon};
        const RunReport a = run_trace(trace, alone);
        RunReport b = run_trace(trace, beside);
        std::erase_if(b.verdicts, [](const Verdict& v) { return v.strategy->kind != &ksm; });
        ASSERT_EQ(a.verdicts.size(), b.verdicts.size()) << path;
        for (std::size_t i = 0; i < a.verdicts.size(); ++i) {
            EXPECT_EQ(a.verdicts[i].strategy, b.verdicts[i].strategy);
            EXPECT_EQ(a.verdicts[i].missed, b.verdicts[i].missed);
            EXPECT_EQ(a.verdicts[i].cost.all, b.verdicts[i].cost.all);
            EXPECT_EQ(a.verdicts[i].lifetime, b.verdicts[i].lifetime);
        }
        EXPECT_TRUE(model::same(a.session.machines.front().kernel, b.session.machines.front().kernel)) << path;
    }
}

TEST(Anon, TheKernelsWalkIsHeldToTheTruthAndNotToItself) {
    Verdict v;
    v.strategy = &reference(anon);
    EXPECT_FALSE(breaks_claim(v));
    v.missed = v.regressed = {{1, {0x10}}};
    EXPECT_TRUE(breaks_claim(v));
}

TEST(Anon, TheOtherOffsetIsWrongOnlyWhereThereAreTwo) {
    const Strategy& s = named("anon-vm-pgoff");
    EXPECT_EQ(claim_under(s, model::find_version("7.3")->rules), Claim::refuted);
    EXPECT_EQ(claim_under(s, model::find_version("7.2")->rules), Claim::covers);
    EXPECT_EQ(claim_under(named("anon-own"), model::find_version("7.2")->rules), Claim::refuted);
}

TEST(Anon, AMissIsNothingThatScansEnd) {
    const RunReport r = run_all(shared + "1 madvise(0x10000, 0x2000, MADV_MERGEABLE)\n* walk(1, 0x10000)\n");
    EXPECT_EQ(of(r, "anon-child").lifetime, Lifetime::stays);
}

TEST(Anon, EveryCandidateIsCaughtByChance) {
    CheckOptions how;
    how.runs = 24000;
    how.scope.flights = 0;
    how.strategies = all_of(strategies(anon));
    const CheckReport r = check(how, properties::lists(), [](const SearchEffort&) {});
    for (const auto& [name, s] : r.broken) ADD_FAILURE() << name << " in run " << s.run << ": " << s.what;
    std::set<const Strategy*> caught;
    for (const auto& [cause, s] : r.disagreements) caught.insert(cause.strategy);
    for (const Strategy& s : strategies(anon)) EXPECT_EQ(caught.contains(&s), s.claim == Claim::refuted) << s.name;
}

TEST(Anon, TheShortestIsExploredAndMinimized) {
    scope::Scope s = scope::default_scope(anon);
    s.depth = 3;
    ExploreLimits limits;
    limits.threads = 1;
    const auto reports = explore_all(s, all_of(strategies(anon)), limits);
    ASSERT_EQ(reports.size(), 1u);
    for (const auto& [name, operations] : {std::pair{"anon-vm-pgoff", 2u}, {"anon-child", 3u}, {"anon-lazy", 3u}}) {
        const auto c = std::ranges::find(reports[0].counterexamples, &named(name), &Counterexample::strategy);
        ASSERT_NE(c, reports[0].counterexamples.end()) << name;
        EXPECT_EQ(c->operations, operations) << name;
        std::vector<model::Step> longer = c->trace.steps;
        longer.insert(longer.begin(),
                      model::read_step("1 mmap(0x20000, 0x1000, 3, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0)", "t"));
        const auto first = first_disagreement(longer, {}, named(name));
        ASSERT_TRUE(first) << name;
        EXPECT_EQ(minimize_disagreement(longer, {}, first->disagreement, 5).steps.size(), operations + 1) << name;
    }
    EXPECT_EQ(in_scope(reports[0], &named("anon-index")), InScope::none);
    EXPECT_EQ(in_scope(reports[0], &named("anon-root")), InScope::none);
}

} // namespace
} // namespace checker
