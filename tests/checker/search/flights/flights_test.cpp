// Interleavings, drawn and exhausted: what they find, and that what is left out of them loses nothing.
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "checker/judge/runner.h"
#include "checker/search/random/check.h"
#include "checker/search/scope/explore.h"
#include "checker/search/shrink/minimize.h"
#include "model/canonical.h"
#include "model/trace/trace.h"
#include "properties/properties.h"

namespace checker {
namespace {

model::Config rules_of(std::string_view version) {
    model::Config c;
    c.rules = model::find_version(version)->rules;
    return c;
}

// Random sequences find it, and it comes down to this; the trace that is made of it holds.
void expect_found(std::string_view version, const Strategy& driver, Whereabouts where, std::size_t at_most) {
    CheckOptions o;
    o.seed = 1;
    o.runs = 24000;
    o.config = rules_of(version);
    o.scope.flights = 2;
    o.strategies = {&driver};
    const CheckReport report = check(o, properties::lists(), {});
    for (const auto& [name, s] : report.defects) ADD_FAILURE() << name << " in run " << s.run << ": " << s.what;
    EXPECT_TRUE(report.deadlocks.empty());
    const auto found = report.security.find({&driver, where, false});
    ASSERT_NE(found, report.security.end()) << report.security.size();
    const MinimalSecurity m = minimize_security(found->second.steps, o.config, found->first, 10);
    EXPECT_LE(m.steps.size(), at_most) << model::to_text(security_trace(m, o.config));
    RunOptions how;
    how.config = o.config;
    how.strategies = {&driver};
    const RunReport run = run_trace(security_trace(m, o.config), how);
    EXPECT_TRUE(run.failures.empty()) << run.failures.front().text;
    ASSERT_EQ(run.security.size(), 1u);
    EXPECT_EQ(run.security.front().entries, m.entries);
}

TEST(Interleavings, CheckFindsTheEntryThatMovesToAFreshAddress) {
    expect_found("6.12", reference(), Whereabouts::address_unknown, 13);
}

TEST(Interleavings, CheckFindsTheEntryThatMovesToAListedAddress) {
    expect_found("7.3", *find_strategy("linear-index"), Whereabouts::address_known, 13);
}

constexpr std::string_view family =
    "# rmapcheck trace 1\n"
    "1 mmap(0x10000, 0x2000, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_FIXED|MAP_ANONYMOUS, -1, 0)\n"
    "1 store(0x10000, 0x2000, 0x11)\n"
    "1 fork() = 2\n"
    "1 madvise(0x10000, 0x2000, MADV_MERGEABLE)\n"
    "* ksmd(2)\n";

scope::Scope scope_of(std::vector<std::string> ops, unsigned depth) {
    scope::Scope s;
    s.ops = std::move(ops);
    s.depth = depth;
    s.flights = 1;
    s.from = model::read_trace(family, "family");
    return s;
}

ExploreReport explored_all(scope::Scope s, const Strategy& driver = reference()) {
    if (&driver != &reference()) s.config.drive = driver_of(driver);
    ExploreLimits limits;
    limits.all = true;
    limits.threads = 1;
    return explore_scope(s, {}, {&reference()}, limits);
}

// All interleavings of two operations, whatever they are, over two processes and three pages.
TEST(Interleavings, ExploringExhaustsTwoOperations) {
    scope::Scope two = scope_of({"migrate", "mremap"}, 40);
    two.flights = two.begins = 2;
    const ExploreReport by_naive = explored_all(two);
    EXPECT_EQ(by_naive.states_at.back(), 0u) << "all states are known, of any length";
    EXPECT_EQ(by_naive.end, End::exhausted) << by_naive.reason;
    ASSERT_EQ(by_naive.security.size(), 1u);
    EXPECT_EQ(by_naive.security.front().cause.where, Whereabouts::address_unknown);
    const ExploreReport by_index = explored_all(two, *find_strategy("linear-index"));
    std::set<Whereabouts> where;
    for (const ExploredSecurity& s : by_index.security) where.insert(s.cause.where);
    EXPECT_EQ(where, (std::set{Whereabouts::address_unknown, Whereabouts::address_known}));
}

// An mremap that has only taken its lock goes on at once: every state in which nothing is in flight, and every stale
// entry, is reached all the same.
TEST(Interleavings, GoingOnAtOnceLosesNothing) {
    scope::Scope s = scope_of({"mremap", "swap_out"}, 6);
    s.from.steps.resize(3);
    s.pages = 2;
    s.flights = 2;
    const ExploreReport reduced = explored_all(s);
    s.every_point = true;
    const ExploreReport all = explored_all(s);
    EXPECT_LT(reduced.states, all.states);
    EXPECT_EQ(reduced.at_rest, all.at_rest);
    EXPECT_GT(all.at_rest.states, 10u);
    EXPECT_EQ(reduced.security.size(), all.security.size());
}

} // namespace
} // namespace checker
