// Pages of files are walked and judged by strategies of their own.
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "checker/judge/runner.h"
#include "checker/search/random/check.h"
#include "checker/search/scope/explore.h"
#include "checker/search/shrink/minimize.h"
#include "model/ops.h"
#include "properties/properties.h"

namespace checker::file_pages_test {
namespace {

const Strategy& named(std::string_view name) { return *find_strategy(name); }

RunReport run_of(const std::string& lines, const char* version = "7.3") {
    RunOptions how;
    how.config.rules = model::find_version(version)->rules;
    how.strategies = all_of(every_strategy());
    how.end_of = {&file_backed};
    how.paranoid = true;
    return run_trace(model::read_trace("# rmapcheck trace 1\n" + lines, "t"), how);
}
const Verdict& of(const RunReport& r, std::string_view name) {
    return *std::ranges::find_if(r.verdicts, [&](const Verdict& v) { return v.strategy->name == name; });
}

const std::string mapped_twice =
    "1 mmap(0x10000, 0x2000, 3, MAP_SHARED|MAP_FIXED, 3, 0)\n"
    "1 mmap(0x20000, 0x1000, 1, MAP_PRIVATE|MAP_FIXED, 3, 0x1000)\n"
    "1 store(0x11000, 0x1000, 0x11)\n"
    "1 load(0x20000, 0x1000)\n";

TEST(FilePages, EveryPlanIsWhole) {
    for (const Strategy& s : strategies(file_backed)) {
        EXPECT_EQ(s.kind, &file_backed);
        EXPECT_EQ(s.asks.size(), 1u) << s.name;
        EXPECT_EQ(s.bound.size(), 1u) << s.name;
        EXPECT_FALSE(s.layout) << s.name << ": the kernel's own machine says all";
        EXPECT_FALSE(s.idea.empty() || s.origin.empty() || s.known.empty() || s.facts.empty()) << s.name;
    }
    EXPECT_EQ(reference(file_backed).name, "file-index");
}

TEST(FilePages, AreFoundThroughSharedAndPrivateMappings) {
    const RunReport r = run_of(mapped_twice);
    EXPECT_EQ(of(r, "file-index").found, 2u);
    EXPECT_TRUE(of(r, "file-index").missed.empty());
    EXPECT_EQ(of(r, "file-shared-only").missed, (std::vector<MappedAt>{{1, {0x20}}}));
    EXPECT_EQ(of(r, "file-from-start").missed, (std::vector<MappedAt>{{1, {0x20}}}));
    EXPECT_EQ(of(r, "file-one-of-process").missed.size(), 1u);
    for (const Verdict& v : r.verdicts) EXPECT_EQ(v.strategy->kind, &file_backed) << v.strategy->name;
}

TEST(FilePages, TheOtherOffsetIsWrongOnlyWhereThereAreTwo) {
    for (const char* name : {"file-anon-pgoff", "file-anon-address"}) {
        EXPECT_EQ(of(run_of(mapped_twice), name).missed.size(), 2u) << name;
        EXPECT_TRUE(of(run_of(mapped_twice, "7.2"), name).missed.empty()) << name;
        EXPECT_EQ(claim_under(named(name), model::find_version("7.2")->rules), Claim::covers) << name;
    }
}

TEST(FilePages, AtTheirOwnPageNumberBothOffsetsAreOne) {
    const RunReport r =
        run_of("1 mmap(0x10000, 0x1000, 3, MAP_SHARED|MAP_FIXED, 3, 0x10000)\n1 load(0x10000, 0x1000)\n");
    EXPECT_TRUE(of(r, "file-anon-pgoff").missed.empty());
    EXPECT_TRUE(of(r, "file-anon-address").missed.empty());
}

TEST(FilePages, WalksAreHeldToTheirBound) {
    const RunReport r = run_of(mapped_twice);
    EXPECT_EQ(of(r, "file-index").cost.all.visited, 2u);
    EXPECT_EQ(of(r, "file-index").allowed, 2u);
    EXPECT_EQ(of(r, "file-anon-pgoff").allowed, 0u) << "no VMA has the index by that key";
}

TEST(FilePages, EveryCandidateIsCaughtByChance) {
    CheckOptions how;
    how.runs = 4000;
    how.scope.flights = 0;
    how.strategies = all_of(strategies(file_backed));
    const CheckReport r = check(how, properties::lists(), [](const SearchEffort&) {});
    for (const auto& [name, s] : r.broken) ADD_FAILURE() << name << " in run " << s.run << ": " << s.what;
    for (const auto& [name, s] : r.defects) ADD_FAILURE() << name << " in run " << s.run << ": " << s.what;
    std::set<const Strategy*> caught;
    for (const auto& [cause, s] : r.disagreements) caught.insert(cause.strategy);
    for (const Strategy& s : strategies(file_backed))
        EXPECT_EQ(caught.contains(&s), s.claim == Claim::refuted) << s.name;
}

TEST(FilePages, TheShortestIsExploredAndMinimized) {
    scope::Scope s = scope::default_scope(file_backed);
    EXPECT_TRUE(s.shared);
    s.depth = 3;
    ExploreLimits limits;
    limits.threads = 1;
    const auto reports = explore_all(s, all_of(strategies(file_backed)), limits);
    ASSERT_EQ(reports.size(), 1u);
    for (const auto& [name, operations] : {std::pair{"file-anon-pgoff", 2u},
                                           {"file-anon-address", 2u},
                                           {"file-from-start", 2u},
                                           {"file-shared-only", 2u},
                                           {"file-one-of-process", 3u}}) {
        const auto c = std::ranges::find(reports[0].counterexamples, &named(name), &Counterexample::strategy);
        ASSERT_NE(c, reports[0].counterexamples.end()) << name;
        EXPECT_EQ(c->operations, operations) << name;
        std::vector<model::Step> longer = c->trace.steps;
        longer.insert(longer.begin(), model::read_step("1 mmap(0x20000, 0x1000, 3, MAP_SHARED|MAP_FIXED, 4, 0)", "t"));
        const auto first = first_disagreement(longer, {}, named(name));
        ASSERT_TRUE(first) << name;
        EXPECT_EQ(minimize_disagreement(longer, {}, first->disagreement, 5).steps.size(), operations + 1) << name;
    }
    EXPECT_EQ(in_scope(reports[0], &named("file-index")), InScope::none);
}

// Runs of other numbers are drawn as if there were no shared files.
TEST(FilePages, OnlyRunsAboutFilesShareMemory) {
    DrawScope scope;
    for (std::uint64_t number = 0; number < 64; ++number) {
        auto run = start_run(7, number, scope);
        model::Kernel k = model::boot();
        bool shares = false;
        for (int n = 0; n < 80; ++n)
            if (auto step = draw_step(run, k, scope)) {
                if (const auto* m = std::get_if<model::Mmap>(&step->op))
                    shares |= (m->flags.v & 1) != 0 && m->fd.v >= 0;
                shares |= std::holds_alternative<model::Ftruncate>(step->op);
                try {
                    model::play(k, *step);
                } catch (const model::BadInput&) {
                }
            }
        if (shares) EXPECT_TRUE(is_about_files(number)) << number;
    }
}

} // namespace
} // namespace checker::file_pages_test
