#include "checker/search/shrink/minimize.h"

#include <gtest/gtest.h>

#include <chrono>
#include <map>
#include <set>

#include "checker/judge/runner.h"
#include "checker/search/random/check.h"
#include "checker/search/shrink/found.h"
#include "checker/search/shrink/size.h"
#include "model/trace/trace.h"

namespace checker {
namespace {

using model::Step;
using Steps = std::vector<Step>;

Steps steps_of(std::initializer_list<const char*> lines) {
    Steps steps;
    for (const char* line : lines) steps.push_back(model::read_step(line, "test"));
    return steps;
}

std::string text(const Steps& steps) {
    std::string out;
    for (const Step& s : steps) out += model::to_text(s) + "\n";
    return out;
}

// What a small campaign finds, by cause.
const std::map<Cause, Sighting>& sightings(std::uint64_t seed) {
    static std::map<std::uint64_t, CheckReport> reports;
    auto [at, fresh] = reports.try_emplace(seed);
    if (fresh) {
        CheckOptions o;
        o.seed = seed;
        o.runs = 200;
        at->second = check(o, {}, [](const SearchEffort&) {});
    }
    return at->second.disagreements;
}

const char* moved[] = {"1 mmap(0x10000, 0x2000, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_FIXED|MAP_ANONYMOUS, -1, 0)",
                       "1 madvise(0x10000, 0x2000, MADV_MERGEABLE)", "1 store(0x10000, 0x2000, 0x1)",
                       "1 mremap(0x10000, 0x1000, 0x1000, MREMAP_MAYMOVE|MREMAP_FIXED, 0x12000)", "* ksmd(2)"};

std::optional<Disagreement> last_disagreement(const Steps& steps, std::string_view strategy) {
    auto d = first_disagreement(steps, {}, *find_strategy(strategy));
    return d ? std::optional(d->disagreement) : std::nullopt;
}

TEST(Minimize, WhatIsMinimalStaysAsItIs) {
    Steps steps(5);
    for (std::size_t i = 0; i < 5; ++i) steps[i] = model::read_step(moved[i], "test");
    const MinimalCase m = minimize_disagreement(steps, {}, *last_disagreement(steps, "addr-shift"), 30);
    EXPECT_EQ(text(m.steps), text(steps) + "* walk(1, 0x12000)\n");
    EXPECT_GT(m.tries, 10u);
    EXPECT_TRUE(m.finished);
}

TEST(Minimize, BringsAllInFarPlacesToTheSameTrace) {
    const Steps far = steps_of(
        {"1 mmap(0, 0x5000, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_NORESERVE, -1, 0) = 0x7f0000000000",
         "1 fork() = 17", "17 store(0x7f0000002000, 0x3000, 0x44)", "1 munmap(0x7f0000000000, 0x1000)",
         "17 prctl(PR_SET_MEMORY_MERGE, 1, 0, 0, 0)",
         "17 mremap(0x7f0000003000, 0x1000, 0x1000, MREMAP_MAYMOVE|MREMAP_FIXED, 0x500000000000)", "1 exit()",
         "* ksmd(9)", "17 madvise(0x7f0000000000, 0x1000, MADV_RANDOM)", "* walk(17, 0x7f0000002000)"});
    const MinimalCase m = minimize_disagreement(far, {}, *last_disagreement(far, "addr-shift"), 30);
    std::string expected;
    for (const char* line : moved) expected += std::string(line) + "\n";
    EXPECT_EQ(text(m.steps), expected + "* walk(1, 0x12000)\n");
}

TEST(Minimize, KeepsTheCauseAndIsOneMinimal) {
    int looked_at = 0;
    for (const auto& [cause, s] : sightings(1)) {
        if (++looked_at > 5) break;
        const MinimalCase m = minimize_disagreement(s.steps, {}, {cause, s.entry}, 30);
        Steps played(m.steps.begin(), m.steps.end() - 1);
        CauseTest test({}, cause);
        test.expect_at(m.entry);
        EXPECT_TRUE(test(played)) << to_text(cause);
        EXPECT_EQ(text(played) + model::to_text(m.steps.back()) + "\n", text(m.steps)) << "a step could not be played";
        for (std::size_t i = 0; i < played.size(); ++i) {
            Steps less = played;
            less.erase(less.begin() + static_cast<std::ptrdiff_t>(i));
            EXPECT_FALSE(test(less)) << to_text(cause) << " does not need " << model::to_text(played[i]);
        }
    }
}

TEST(Minimize, OneBugOneAnswer) {
    std::map<std::string, std::map<std::string, int>> answers;
    for (std::uint64_t seed = 1; seed <= 3; ++seed)
        for (const auto& [cause, s] : sightings(seed)) {
            const std::string name = std::string(cause.strategy->name) + " " + to_text(cause);
            if (name != "addr-shift regressed own-item anonymous" && name != "addr-shift regressed own-item file" &&
                name != "vm-pgoff regressed own-item record-true base-outside" && name != "orig-vma freed-vma replaced")
                continue;
            ++answers[name][text(minimize_disagreement(s.steps, {}, {cause, s.entry}, 30).steps)];
        }
    EXPECT_EQ(answers.size(), 4u);
    for (const auto& [name, texts] : answers) EXPECT_EQ(texts.size(), 1u) << name;
}

TEST(Minimize, TheTraceShowsWhatItSays) {
    const Steps steps = steps_of({moved[0], moved[1], moved[2], moved[3], moved[4]});
    const Disagreement d = *last_disagreement(steps, "addr-shift");
    Found f;
    f.minimal = minimize_disagreement(steps, {}, d, 30);
    const model::Trace trace = model::read_trace(found_text(f), "found");
    EXPECT_EQ(trace.expectations.size(), 3u); // misses, regressed, stays or heals
    const RunReport report = run_trace(trace, {});
    EXPECT_TRUE(report.failures.empty());
}

TEST(Minimize, FindsNothingWhereNothingIsWrong) {
    EXPECT_FALSE(last_disagreement(steps_of({moved[0], moved[1], moved[2], moved[4]}), "addr-shift"));
    EXPECT_FALSE(last_disagreement(steps_of({moved[0], moved[1], moved[2], moved[3], moved[4]}), "two-pass"));
}

// The same disagreement at the end of a workload of 100,000 operations of 40 processes.
TEST(Minimize, AHundredThousandOperationsTakeSeconds) {
    DrawScope scope;
    scope.processes = 10;
    scope.pages = 100;
    scope.operations.reset(operation_index("knob"));
    scope.operations.reset(operation_index("exit"));
    checker::Run run = start_run(11, 0, scope);
    model::Kernel k = model::boot();
    Steps steps;
    while (steps.size() < 100000 - 5) {
        std::optional<Step> step = draw_step(run, k, scope);
        if (!step) continue;
        if (std::holds_alternative<model::Ksmd>(step->op) && steps.size() % 10) continue;
        keep_told(*step, model::play(k, *step));
        steps.push_back(*step);
    }
    for (const char* line : moved) {
        Step step = model::read_step(line, "test"); // moved to where the workload has nothing
        std::visit(
            [](auto& op) {
                std::apply(
                    [&](auto... field) {
                        [[maybe_unused]] auto move = [](auto& f) {
                            if constexpr (std::is_same_v<std::remove_reference_t<decltype(f)>, model::Address>)
                                f.v += 0x10000000;
                            if constexpr (std::is_same_v<std::remove_reference_t<decltype(f)>, model::Byte>) f.v = 0x99;
                        };
                        (move(op.*field), ...);
                    },
                    op.fields);
            },
            step.op);
        model::play(k, step);
        steps.push_back(step);
    }
    const auto begin = std::chrono::steady_clock::now();
    steps.push_back(model::read_step("* walk(1, 0x10012000)", "test"));
    const auto first = first_disagreement(steps, {}, *find_strategy("addr-shift"));
    ASSERT_TRUE(first);
    const MinimalCase m = minimize_disagreement(steps, {}, first->disagreement, 60);
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    RecordProperty("seconds", std::to_string(seconds));
    EXPECT_EQ(m.steps.size(), 6u) << text(m.steps);
    EXPECT_LT(seconds, 10);
}

} // namespace
} // namespace checker
