// A strategy is data: one that no file of the checker knows is walked, judged, searched against and explained.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "checker/judge/runner.h"
#include "checker/search/random/check.h"
#include "checker/search/scope/explore.h"
#include "model/canonical.h"
#include "model/trace/trace.h"

namespace checker {
namespace {

// The last offset of the VMA at merge, in a union, with what 7.3 does for its own: a third layout.
constexpr Stored last_offset{"the VMA's last offset",
                             [](const MergeRecord& r, Vpn) { return interval(r.range).last.n; }};
constexpr model::ItemLayout third_layout = [] {
    model::ItemLayout layout = in_union("third", last_offset);
    layout.guarded = layout.cleared = layout.keeps_end = true;
    return layout;
}();
const Strategy third{.name = "third", .stored = last_offset, .asks = {stored_offset}, .layout = third_layout};

// The page is merged as the lower one of a VMA that is then cut above it.
const char* cut_above =
    "# rmapcheck trace 1\n"
    "1 mmap(0x10000, 0x2000, 3, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0)\n"
    "1 store(0x10000, 0x2000, 0x11)\n"
    "1 madvise(0x10000, 0x2000, MADV_MERGEABLE)\n"
    "* ksmd(2)\n"
    "1 mprotect(0x11000, 0x1000, 1)\n";

TEST(Catalogue, EveryPlanIsWhole) {
    std::set<std::string_view> names;
    std::vector<model::ItemLayout> layouts{{}};
    for (const Strategy& s : strategies()) {
        EXPECT_TRUE(names.insert(s.name).second) << s.name;
        EXPECT_FALSE(s.asks.empty()) << s.name;
        EXPECT_EQ(s.bound.size(), s.asks.size()) << s.name << ": what does each question cost at most?";
        for (const MayVisit& allowed : s.bound) EXPECT_TRUE(allowed.may && !allowed.words.empty()) << s.name;
        for (const Ask& ask : s.asks) EXPECT_TRUE(ask.pgoffs && !ask.words.empty()) << s.name;
        EXPECT_FALSE(s.idea.empty() || s.origin.empty() || s.known.empty() || s.facts.empty()) << s.name;
        if (!s.layout) continue;
        layouts.push_back(*s.layout);
        if (s.layout->in_union)
            EXPECT_EQ(s.layout->in_union, s.stored.word) << s.name << ": what it reads is not there";
    }
    for (const model::ItemLayout& a : layouts)
        for (const model::ItemLayout& b : layouts) EXPECT_EQ(a == b, a.name == b.name) << a.name;
}

TEST(Catalogue, EveryStrategyIsInOneGroup) {
    std::vector<const Strategy*> all{&third, &third};
    for (const Strategy& s : strategies()) all.push_back(&s);
    const std::vector<LayoutGroup> groups = by_layout(all);
    ASSERT_EQ(groups.size(), 3u);
    for (const Strategy* s : all) {
        std::ptrdiff_t in = 0;
        for (const LayoutGroup& g : groups) {
            in += std::ranges::count(g.strategies, s);
            if (std::ranges::count(g.strategies, s)) EXPECT_EQ(g.layout, layout_of(*s, {})) << s->name;
        }
        EXPECT_EQ(in, 1) << s->name;
    }
}

TEST(Catalogue, TheKernelsOwnLayoutServesWhoNeedsNone) {
    const model::ItemLayout own = in_union("own", linear_index_at_merge);
    EXPECT_EQ(layout_of(reference(), own), own);
    EXPECT_EQ(by_layout({}, own).front().layout, own);
    model::Config config;
    config.layout = own;
    const Session s = start_session(config);
    EXPECT_EQ(s.machines.front().kernel.config.layout, own);
    EXPECT_EQ(s.machines.front().strategies.size(), strategies().size() - 1); // but for linear-index-union
}

TEST(Plan, OfAThirdLayoutIsJudged) {
    RunOptions how;
    how.strategies = {&reference(), find_strategy("linear-index-union"), &third};
    const RunReport r = run_trace(model::read_trace(cut_above, "t"), how);
    EXPECT_EQ(r.session.machines.size(), 3u);
    ASSERT_EQ(r.verdicts.size(), 3u);
    for (const Strategy* s : how.strategies)
        EXPECT_EQ(std::ranges::count(r.verdicts, s, &Verdict::strategy), 1) << s->name;
    const Verdict& v = *std::ranges::find(r.verdicts, &third, &Verdict::strategy);
    EXPECT_EQ(v.regressed, (std::vector<MappedAt>{{1, model::vpn(0x10000)}}));
    EXPECT_EQ(v.lifetime, Lifetime::stays);
}

TEST(Plan, OfAThirdLayoutIsFoundByChance) {
    CheckOptions how;
    how.strategies = {&reference(), &third};
    how.runs = 400;
    const CheckReport r = check(how, {}, [](const SearchEffort&) {});
    const auto lost = std::ranges::find_if(r.disagreements, [](const auto& d) { return d.first.strategy == &third; });
    ASSERT_NE(lost, r.disagreements.end());
    EXPECT_EQ(lost->second.layout, third_layout);
    EXPECT_THAT(to_text(lost->first), testing::HasSubstr("regressed own-item"));
    EXPECT_THAT(to_text(lost->first), testing::HasSubstr("word-intact"));
    EXPECT_EQ(r.broken.size() + r.defects.size(), 0u);
}

TEST(Plan, OfAThirdLayoutIsExplored) {
    scope::Scope s;
    s.ops = {"mprotect", "ksmd"};
    s.pages = 2;
    s.depth = 2;
    s.processes = 1;
    s.from = model::read_trace(std::string(cut_above, std::string_view(cut_above).find("* ksmd")), "start");
    ExploreLimits limits;
    limits.threads = 1;
    const auto reports = explore_all(s, {&reference(), find_strategy("two-pass"), &third}, limits);
    ASSERT_EQ(reports.size(), 2u);
    EXPECT_EQ(in_scope(reports[0], find_strategy("two-pass")), InScope::none);
    ASSERT_EQ(in_scope(reports[1], &third), InScope::refuted);
    EXPECT_EQ(reports[1].layout, third_layout);
    const Counterexample& c = reports[1].counterexamples.front();
    EXPECT_EQ(c.operations, 2u); // a scan, and the cut
    EXPECT_THAT(to_text(c.cause), testing::HasSubstr("regressed own-item"));
}

// What a layout does not record cannot make two machines differ: the end of the VMA at merge.
TEST(Plan, OnlyALayoutThatKeepsTheEndTellsMachinesApartByIt) {
    auto form = [](bool keeps_end, const char* grown_before, const char* grown_after) {
        model::Config config;
        config.layout.keeps_end = keeps_end;
        config.layout.name = keeps_end ? "keeps-end" : "separate";
        model::Kernel k = model::boot(config);
        const std::string text = std::string(
                                     "# rmapcheck trace 1\n"
                                     "1 mmap(0x10000, 0x2000, 3, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0)\n"
                                     "1 madvise(0x10000, 0x2000, MADV_MERGEABLE)\n"
                                     "1 store(0x10000, 0x2000, 0x11)\n") +
                                 grown_before + "* ksmd(2)\n" + grown_after;
        for (const model::Step& step : model::read_trace(text, "t").steps) model::play(k, step);
        return model::canonical(k);
    };
    const char* growth =
        "1 mmap(0x12000, 0x1000, 3, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0)\n"
        "1 madvise(0x12000, 0x1000, MADV_MERGEABLE)\n";
    EXPECT_EQ(form(false, growth, ""), form(false, "", growth));
    EXPECT_NE(form(true, growth, ""), form(true, "", growth));
}

// A hit can be looked at where its VMA has the offset: that finds a fork's entry that was moved, which no rmap_item's
// address leads to.
TEST(Plan, CanTakeTheAddressFromTheHit) {
    const Strategy by_hit{
        .name = "by-hit",
        .stored = linear_index_at_merge,
        .asks = {{"the stored offset, where it is", stored_offset.pgoffs, AskedTree::of_item, LookAt::of_offset}}};
    RunOptions how;
    how.strategies = {&reference(), &by_hit};
    const RunReport r =
        run_trace(model::read_trace("# rmapcheck trace 1\n"
                                    "1 mmap(0x10000, 0x2000, 3, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0)\n"
                                    "1 store(0x10000, 0x2000, 0x11)\n"
                                    "1 fork() = 2\n"
                                    "1 madvise(0x10000, 0x2000, MADV_MERGEABLE)\n"
                                    "* ksmd(2)\n"
                                    "2 mremap(0x11000, 0x1000, 0x1000, MREMAP_MAYMOVE|MREMAP_FIXED, 0x40000)\n",
                                    "t"),
                  how);
    ASSERT_EQ(r.verdicts.size(), 2u);
    const Verdict& naive = *std::ranges::find(r.verdicts, &reference(), &Verdict::strategy);
    EXPECT_EQ(naive.missed, (std::vector<MappedAt>{{2, model::vpn(0x40000)}}));
    EXPECT_TRUE(std::ranges::find(r.verdicts, &by_hit, &Verdict::strategy)->missed.empty());
}

} // namespace
} // namespace checker
