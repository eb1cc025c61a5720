#include "checker/search/random/generate.h"

#include <gtest/gtest.h>

#include <set>

#include "model/trace/trace.h"

namespace checker {
namespace {

using model::Step;

struct Played {
    std::vector<Step> steps;
    std::size_t failed = 0;
};

Played play_run(std::uint64_t seed, std::uint64_t number, const DrawScope& scope) {
    Played p;
    checker::Run run = start_run(seed, number, scope);
    model::Kernel k = model::boot();
    for (std::uint32_t n = 0; n < scope.length; ++n) {
        std::optional<Step> step = draw_step(run, k, scope);
        if (!step) continue;
        const model::Result r = model::play(k, *step); // throws BadInput if it cannot be played
        keep_told(*step, r);
        p.failed += r.error != model::Errno::ok;
        p.steps.push_back(*step);
    }
    return p;
}

TEST(Random, IsTheSameOnEveryMachine) {
    Random r(1, 2);
    const std::uint64_t first = r.next(), second = r.next();
    Random again(1, 2), other(1, 3);
    EXPECT_EQ(again.next(), first);
    EXPECT_EQ(again.next(), second);
    EXPECT_NE(other.next(), first);
    EXPECT_EQ(first, UINT64_C(0x7b6fbc261b2305b7)); // a change of the generator makes every printed seed worthless
}

TEST(Random, BelowIsBelowAndReachesEverything) {
    Random r(7);
    std::set<std::uint32_t> seen;
    for (int i = 0; i < 1000; ++i) seen.insert(r.below(5));
    EXPECT_EQ(seen, (std::set<std::uint32_t>{0, 1, 2, 3, 4}));
}

TEST(Generate, ARunIsAFunctionOfItsSeedAndNumber) {
    const DrawScope scope;
    EXPECT_EQ(play_run(3, 9, scope).steps, play_run(3, 9, scope).steps);
    EXPECT_NE(play_run(3, 9, scope).steps, play_run(3, 10, scope).steps);
    EXPECT_NE(play_run(3, 9, scope).steps, play_run(4, 9, scope).steps);
}

TEST(Generate, WhatIsDrawnCanBePlayedAndReplayedFromItsText) {
    const DrawScope scope;
    for (std::uint64_t n = 0; n < 300; ++n) {
        model::Trace trace;
        trace.steps = play_run(1, n, scope).steps;
        model::Kernel k = model::boot();
        for (const Step& step : model::read_trace(model::to_text(trace), "drawn").steps) {
            const model::Result r = model::play(k, step);
            if (step.expected) ASSERT_EQ(*step.expected, r) << model::to_text(step);
        }
    }
}

TEST(Generate, EveryOperationIsDrawnAndMostSucceed) {
    std::set<std::size_t> kinds;
    std::size_t all = 0, failed = 0;
    for (std::uint64_t n = 0; n < 200; ++n) {
        const Played p = play_run(1, n, {});
        for (const Step& s : p.steps) kinds.insert(s.op.index());
        all += p.steps.size();
        failed += p.failed;
    }
    EXPECT_EQ(kinds.size(), operation_kinds - 3); // all but walk, which changes nothing
    EXPECT_LT(failed * 2, all);
}

TEST(Generate, KeepsToItsScope) {
    DrawScope scope;
    scope.processes = 2;
    scope.operations.reset();
    for (const char* name : {"mmap", "store", "fork", "exit"}) scope.operations.set(operation_index(name));
    for (std::uint64_t n = 0; n < 100; ++n) {
        std::set<model::Pid> live{1};
        for (const Step& s : play_run(1, n, scope).steps) {
            EXPECT_TRUE(scope.operations[s.op.index()]) << model::to_text(s);
            if (std::holds_alternative<model::Fork>(s.op))
                EXPECT_TRUE(live.insert(static_cast<model::Pid>(s.expected->value)).second);
            if (std::holds_alternative<model::Exit>(s.op)) live.erase(s.pid);
            EXPECT_LE(live.size(), 2u);
        }
    }
}

TEST(Generate, KnowsOperationsByName) {
    EXPECT_EQ(operation_names()[operation_index("mremap")], "mremap");
    EXPECT_EQ(operation_index("no such call"), operation_kinds);
}

} // namespace
} // namespace checker
