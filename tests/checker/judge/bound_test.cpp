// A walk is held to the cost that its strategy states: by a run, by random sequences and by exhaustive search alike.
#include "checker/judge/bound.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "checker/judge/runner.h"
#include "checker/search/random/check.h"
#include "checker/search/scope/explore.h"

namespace checker {
namespace {

// Two VMAs of one anon_vma, with a KSM page of two mappings in the lower one.
const char* two_vmas =
    "# rmapcheck trace 1\n"
    "1 mmap(0x10000, 0x3000, 3, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0)\n"
    "1 store(0x10000, 0x3000, 0x11)\n"
    "1 madvise(0x10000, 0x2000, MADV_MERGEABLE)\n"
    "* ksmd(2)\n"
    "* walk(1, 0x10000)\n";

// Says that it is narrow, and asks for everything where it fell short before: the mistake that the bound is there for.
const Strategy says_narrow{.name = "says-narrow",
                           .stored = linear_index_at_merge,
                           .asks = {every_offset},
                           .bound = {at_index},
                           .claim = Claim::covers};
// The same, of a strategy of which it is known that it loses entries: its bound must hold all the same.
const Strategy known_and_dear{.name = "known-and-dear",
                              .stored = linear_index_at_merge,
                              .asks = {every_offset},
                              .bound = {at_index},
                              .claim = Claim::refuted};

RunReport run_of(const Strategy& s) {
    RunOptions how;
    how.strategies = {&reference(), &s};
    how.judge_at_end = false;
    return run_trace(model::read_trace(two_vmas, "dear.trace"), how);
}

const Verdict& verdict_of(const RunReport& r, const Strategy& s) {
    return *std::ranges::find(r.verdicts, &s, &Verdict::strategy);
}

TEST(Bound, OfAWalkOverEverythingIsItsCost) {
    const Verdict v = verdict_of(run_of(says_narrow), reference());
    EXPECT_EQ(v.allowed, 2u * 2 * 2); // rounds, rmap_items, VMAs
    EXPECT_EQ(v.cost.all.visited, v.allowed);
    EXPECT_FALSE(costs_too_much(v));
}

TEST(Bound, OfOneOffsetIsTheVmasThatHoldIt) {
    const Strategy& narrow = *find_strategy("linear-index");
    const Verdict v = verdict_of(run_of(narrow), narrow);
    EXPECT_EQ(v.allowed, 2u * 2 * 1);
    EXPECT_EQ(v.cost.all.visited, v.allowed);
}

TEST(Bound, OfASecondQuestionCountsOnlyWhereTheFirstMayFallShort) {
    const Strategy& two_pass = *find_strategy("two-pass");
    EXPECT_EQ(verdict_of(run_of(two_pass), two_pass).allowed, 2u * 2 * 1); // both entries are where addr-shift asks
}

TEST(Bound, IsHeldOfEveryStrategyInARunWhichSaysWhere) {
    for (const Strategy* s : {&says_narrow, &known_and_dear}) {
        const RunReport r = run_of(*s);
        EXPECT_TRUE(costs_too_much(verdict_of(r, *s)));
        EXPECT_TRUE(refutes(verdict_of(r, *s)));
        EXPECT_TRUE(breaks_claim(verdict_of(r, *s)));
        ASSERT_EQ(r.failures.size(), 1u) << s->name;
        EXPECT_EQ(r.failures.front().line, 6u);
        EXPECT_THAT(r.failures.front().text, testing::HasSubstr("visits 8 VMAs, and its bound allows 4"));
    }
    EXPECT_TRUE(run_of(*find_strategy("linear-index")).failures.empty());
}

TEST(Bound, IsHeldInRandomSequences) {
    CheckOptions how;
    how.strategies = {&reference(), &says_narrow};
    how.runs = 200;
    const CheckReport r = check(how, {}, [](const SearchEffort&) {});
    ASSERT_EQ(std::ranges::count_if(r.disagreements, [](const auto& d) { return d.first.strategy == &says_narrow; }),
              1);
    const auto dear =
        std::ranges::find_if(r.disagreements, [](const auto& d) { return d.first.strategy == &says_narrow; });
    EXPECT_EQ(to_text(dear->first), "over-bound");
    EXPECT_FALSE(dear->second.steps.empty()); // the state in which it was met
}

TEST(Bound, IsHeldInEveryStateOfAScope) {
    scope::Scope s;
    s.ops = {"mprotect", "ksmd"};
    s.pages = 2;
    s.depth = 2;
    s.processes = 1;
    s.from = model::read_trace(
        "# rmapcheck trace 1\n"
        "1 mmap(0x10000, 0x2000, 3, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0)\n"
        "1 store(0x10000, 0x2000, 0x11)\n"
        "1 madvise(0x10000, 0x2000, MADV_MERGEABLE)\n"
        "* ksmd(1)\n",
        "start");
    ExploreLimits limits;
    limits.threads = 1;
    const auto reports = explore_all(s, {&reference(), &says_narrow, find_strategy("linear-index")}, limits);
    ASSERT_EQ(in_scope(reports[0], &says_narrow), InScope::refuted);
    EXPECT_EQ(in_scope(reports[0], find_strategy("linear-index")), InScope::none);
    const Counterexample& c = reports[0].counterexamples.front();
    EXPECT_TRUE(c.costs_too_much());
    EXPECT_THAT(statement(reports[0], c), testing::HasSubstr("visit more VMAs than its bound allows"));
}

} // namespace
} // namespace checker
