#include "checker/search/random/check.h"

#include <gtest/gtest.h>

#include <set>

#include "checker/judge/cause.h"
#include "model/invariants.h"
#include "model/trace/trace.h"
#include "properties/properties.h"

namespace checker {
namespace {

CheckOptions options(std::uint64_t seed, std::uint64_t runs, unsigned jobs = 1) {
    CheckOptions o;
    o.seed = seed;
    o.runs = runs;
    o.jobs = jobs;
    return o;
}

CheckReport run(const CheckOptions& o) {
    return check(o, properties::lists(), [](const SearchEffort&) {});
}

bool refuted(const CheckReport& r, std::string_view strategy) {
    for (const auto& [cause, s] : r.disagreements)
        if (cause.strategy->name == strategy && cause.facts[0] != 1) return true;
    return false;
}

// One campaign for several questions.
const CheckReport& campaign() {
    static const CheckReport report = run(options(1, 24000));
    return report;
}

TEST(Check, TheResultDoesNotDependOnTheNumberOfJobs) {
    const CheckReport one = run(options(5, 300)), three = run(options(5, 300, 3));
    EXPECT_EQ(one.runs, 300u);
    EXPECT_EQ(one.operations, three.operations);
    EXPECT_EQ(one.pages, three.pages);
    EXPECT_EQ(one.results, three.results);
    EXPECT_EQ(one.witnessed, three.witnessed);
    ASSERT_EQ(one.disagreements.size(), three.disagreements.size());
    for (auto a = one.disagreements.begin(), b = three.disagreements.begin(); a != one.disagreements.end(); ++a, ++b) {
        EXPECT_EQ(a->first, b->first);
        EXPECT_EQ(a->second.run, b->second.run) << to_text(a->first);
        EXPECT_EQ(a->second.steps, b->second.steps) << to_text(a->first);
    }
}

TEST(Check, CatchesEveryRefutedStrategyAndBreaksNothing) {
    const CheckReport& r = campaign();
    for (const Strategy& s : strategies())
        if (s.claim == Claim::refuted) {
            EXPECT_TRUE(refuted(r, s.name)) << s.name;
        }
    for (const auto& [name, s] : r.broken) ADD_FAILURE() << name << " in run " << s.run << ": " << s.what;
    for (const auto& [name, s] : r.defects) ADD_FAILURE() << name << " in run " << s.run << ": " << s.what;
}

TEST(Check, ReachesItsWitnesses) {
    const CheckReport& r = campaign();
    std::string missing;
    for (std::size_t i = 0; i < r.witnessed.size(); ++i)
        if (!r.witnessed[i]) missing += " " + std::string(properties::witnesses()[i].name);
    EXPECT_EQ(missing, "");
}

TEST(Check, WithoutMremapAddressAndOffsetPartOnlyInFiles) {
    CheckOptions o = options(1, 1000);
    o.scope.operations.reset(operation_index("mremap"));
    for (const auto& [cause, s] : run(o).disagreements)
        if (cause.strategy->name == "addr-shift")
            EXPECT_NE(to_text(cause).find("file"), std::string::npos) << to_text(cause);
}

TEST(Check, JudgesOnlyWhatIsAsked) {
    CheckOptions o = options(1, 500);
    o.strategies = {find_strategy("vm-pgoff")};
    const CheckReport r = run(o);
    EXPECT_TRUE(refuted(r, "vm-pgoff"));
    for (const auto& [cause, s] : r.disagreements) EXPECT_EQ(cause.strategy->name, "vm-pgoff");
}

TEST(Properties, EachHasANameOfItsOwnAndASentence) {
    std::set<std::string_view> names;
    auto look = [&](auto list) {
        for (const auto& each : list) {
            EXPECT_TRUE(names.insert(each.name).second) << each.name;
            EXPECT_FALSE(each.sentence.empty()) << each.name;
        }
    };
    look(properties::properties());
    look(properties::run_properties());
    look(properties::witnesses());
    look(model::invariants());
}

// The properties can fail: each is shown a moment that breaks it.
const Property& property(std::string_view name) {
    for (const Property& p : properties::properties())
        if (p.name == name) return p;
    throw std::runtime_error("no such property");
}

model::Kernel two_equal_pages() {
    model::Kernel k = model::boot();
    for (const char* line :
         {"1 mmap(0x10000, 0x2000, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_FIXED|MAP_ANONYMOUS, -1, 0)",
          "1 madvise(0x10000, 0x2000, MADV_MERGEABLE)", "1 store(0x10000, 0x2000, 1)", "* ksmd(2)"})
        model::play(k, model::read_step(line, "test"));
    return k;
}

std::optional<std::string> shown(std::string_view name, const char* line, model::Result result,
                                 const model::Kernel& before, const model::Kernel& after) {
    const model::Step step = model::read_step(line, "test");
    return property(name).broken({&before, step, result, after, {}, {}});
}

TEST(Properties, AWrongResultOfReclaimOrMigrationBreaksThem) {
    const model::Kernel k = two_equal_pages();
    for (auto [name, line] :
         {std::pair{"swap-out", "* swap_out(1, 0x10000)"}, std::pair{"migrate", "* migrate(1, 0x10000)"}}) {
        model::Kernel after = k;
        const model::Result right = model::play(after, model::read_step(line, "test"));
        EXPECT_FALSE(shown(name, line, right, k, after)) << name;
        EXPECT_TRUE(shown(name, line, model::Errno::eagain, k, after)) << name;
        EXPECT_TRUE(shown(name, line, model::Errno::efault, k, after)) << name;
        EXPECT_TRUE(shown(name, line, right, k, k)) << name << ": it changed nothing";
    }
}

TEST(Properties, AKernelThatChangesContentsBreaksThem) {
    const model::Kernel k = two_equal_pages();
    model::Kernel after = k;
    model::play(after, model::read_step("1 store(0x10000, 0x1000, 2)", "test"));
    EXPECT_TRUE(shown("contents", "* ksmd(1)", {}, k, after));
    EXPECT_FALSE(shown("contents", "* ksmd(1)", {}, k, k));
}

TEST(Properties, AStrategyThatCoversMustNotMiss) {
    const model::Kernel k = two_equal_pages();
    const model::Step step = model::read_step("* ksmd(1)", "test");
    auto broken = [&](const char* strategy) {
        Disagreement d;
        d.cause.strategy = find_strategy(strategy);
        return property("claims").broken({nullptr, step, {}, k, {}, {&d, 1}}).has_value();
    };
    EXPECT_TRUE(broken("two-pass"));
    EXPECT_FALSE(broken("addr-shift"));
}

} // namespace
} // namespace checker
