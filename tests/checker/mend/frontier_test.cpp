// The search for the minimal sets: what the tiers refute joins the pool, what is left is minimal, and what is said of
// it is measured.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "checker/mend/edits.h"
#include "checker/mend/frontier.h"
#include "checker/report/mend.h"
#include "model/fail.h"
#include "model/trace/trace.h"

namespace checker {
namespace {

PieceSet piece(std::string_view name) {
    PieceSet set = 0;
    for (std::size_t n = 0; n < piece_count; ++n)
        if (piece_name(n) == name) set |= PieceSet{1} << n;
    EXPECT_EQ(size_of(set), 1u) << name;
    return set;
}

MendOptions quick(std::initializer_list<const char*> pieces, Goal goal) {
    MendOptions o;
    o.pieces = 0;
    for (const char* name : pieces) o.pieces |= piece(name);
    o.goals = {goal};
    o.runs = 2000;
    o.depth = 2;
    o.prices = false;
    return o;
}

TriedSequence of_corpora(const std::string& trace) {
    return {trace, model::load_trace(RMAPCHECK_SOURCE_DIR "/corpora/" + trace).steps};
}

TEST(MendFrontier, ChanceRefutesWhatNoTraceDoes) {
    const MendReport r = find_frontier(quick({"copy-at-swap-in", "upgrade-alone"}, Goal::covers));
    ASSERT_EQ(r.goals.size(), 1u);
    const GoalReport& g = r.goals.front();
    EXPECT_TRUE(g.finished);
    ASSERT_EQ(g.frontier.size(), 1u);
    EXPECT_EQ(g.frontier.front().set, piece("copy-at-swap-in") | piece("upgrade-alone"));
    EXPECT_EQ(g.frontier.front().runs, 2000u);
    EXPECT_TRUE(g.frontier.front().all_asked);
    EXPECT_GT(g.frontier.front().operations, 100000u);
    EXPECT_NE(g.frontier.front().scope, "");
    EXPECT_GE(g.found.size(), 2u); // against none, and against one
    for (const TriedSequence& t : g.found) EXPECT_LT(t.steps.size(), 14u) << t.name;
}

TEST(MendFrontier, AScopeRefutesWhatChanceIsNotAskedFor) {
    MendOptions o = quick({"unshare-at-fork"}, Goal::exact);
    o.runs = 1;
    o.depth = 5;
    o.jobs = 2;
    const GoalReport g = find_frontier(o).goals.front();
    EXPECT_TRUE(g.frontier.empty());
    EXPECT_TRUE(std::ranges::any_of(g.found, [](const TriedSequence& t) { return t.name.starts_with("explored"); }));
    ASSERT_EQ(g.bounds.size(), 1u); // nothing does it
    EXPECT_EQ(g.bounds.front().without, 0u);
}

TEST(MendFrontier, BoundsSayWhatNothingCanDoWithout) {
    MendOptions o = quick({"tree-hit", "fall-back", "upgrade-alone"}, Goal::covers);
    o.runs = 1;
    o.corpora = {of_corpora("explored/linear-index-other-item-record-stale-upgraded.trace")};
    const GoalReport g = find_frontier(o).goals.front();
    std::vector<PieceSet> sets;
    for (const Reached& r : g.frontier) sets.push_back(r.set);
    EXPECT_EQ(sets, (std::vector<PieceSet>{piece("upgrade-alone"), tree_hit_piece, fall_back_piece}));
    ASSERT_EQ(g.bounds.size(), 1u);
    EXPECT_EQ(g.bounds.front().without, o.pieces);
    EXPECT_EQ(g.bounds.front().shown_by.name, o.corpora.front().name);
}

// Between two pages of a pass ksmd rests: what is lost then counts.
TEST(MendFrontier, AScanAtRestIsJudged) {
    const std::vector<model::Step> steps = of_corpora("in-flight/child-while-ksmd-rests.trace").steps;
    const model::Rules rules = model::default_version().rules;
    const PieceSet without = piece("copy-at-swap-in") | piece("upgrade-alone");
    EXPECT_TRUE(first_loss(steps, rules, without, Goal::exact));
    EXPECT_FALSE(first_loss(steps, rules, without, Goal::covers)); // the reference loses it, too
    EXPECT_FALSE(first_loss(steps, rules, without | piece("leave-leads"), Goal::exact));
}

// A page comes back under a root that it never had. Its lead is not there.
TEST(MendFrontier, ALeadDoesNotHelpUnderAForeignRoot) {
    const std::vector<model::Step> steps = of_corpora("strategies/swapped-in-under-a-foreign-root.trace").steps;
    const model::Rules rules = model::default_version().rules;
    const PieceSet leads = tree_hit_piece | piece("leave-leads") | piece("root-anon-vma");
    EXPECT_TRUE(first_loss(steps, rules, leads, Goal::exact));
    EXPECT_FALSE(first_loss(steps, rules, leads | piece("copy-at-swap-in"), Goal::exact));
    EXPECT_FALSE(first_loss(steps, rules, leads | piece("upgrade-alone"), Goal::exact));
}

TEST(MendFrontier, ForgettingAnEntryThatTheReferenceForgetsIsNotHeldAgainstCovers) {
    const std::vector<model::Step> steps = of_corpora("in-flight/migrate-ksm-moved-to-a-fresh-address.trace").steps;
    const model::Rules rules = model::default_version().rules;
    const auto stale = first_loss(steps, rules, 0, Goal::exact);
    ASSERT_TRUE(stale);
    EXPECT_TRUE(stale->stale);
    EXPECT_FALSE(first_loss(steps, rules, 0, Goal::covers));
    EXPECT_FALSE(first_loss(steps, rules, tree_hit_piece, Goal::exact));
}

// A lead has the address of whichever item left it first: not where its child is.
TEST(MendFrontier, ALeadOfAnotherAddressHelpsOnlyTheTreesHit) {
    const std::vector<model::Step> shared = of_corpora("in-flight/lead-of-another-address.trace").steps,
                                   fresh = of_corpora("in-flight/lead-of-another-address-alone.trace").steps;
    const model::Rules rules = model::default_version().rules;
    const PieceSet leads = piece("leave-leads") | piece("upgrade-alone") | piece("copy-at-swap-in");
    EXPECT_TRUE(first_loss(shared, rules, leads, Goal::covers)); // the item that was there before has the address
    EXPECT_FALSE(first_loss(shared, rules, leads | fall_back_piece, Goal::exact));
    EXPECT_TRUE(first_loss(fresh, rules, leads | fall_back_piece, Goal::exact));
    EXPECT_FALSE(first_loss(fresh, rules, leads | tree_hit_piece, Goal::exact));
    const std::vector<model::Step> back = of_corpora("strategies/lead-of-another-address-swapped-in.trace").steps;
    const PieceSet copies = piece("copy-at-swap-in") | piece("copy-where-not-mergeable");
    const PieceSet narrow = all_pieces & ~(tree_hit_piece | copies);
    EXPECT_TRUE(first_loss(back, rules, narrow, Goal::exact));
    EXPECT_FALSE(first_loss(back, rules, narrow | tree_hit_piece, Goal::exact));
}

// Nothing is counted where nothing maps the page: the second walk of a migration.
TEST(MendFrontier, FallingBackPutsBackWhatOnlyTheWholeTreeHas) {
    const std::vector<model::Step> steps = of_corpora("in-flight/migrate-ksm-found-by-the-whole-tree.trace").steps;
    const model::Rules rules = model::default_version().rules;
    EXPECT_TRUE(first_loss(steps, rules, tree_hit_piece, Goal::covers));
    for (PieceSet set : {fall_back_piece, fall_back_piece | tree_hit_piece,
                         fall_back_piece | tree_hit_piece | piece("count-migration")})
        EXPECT_FALSE(first_loss(steps, rules, set, Goal::covers)) << to_text(set);
}

TEST(MendFrontier, OneSetIsTriedAlone) {
    MendOptions o = quick({"tree-hit"}, Goal::covers);
    o.set = tree_hit_piece | piece("leave-leads") | piece("upgrade-alone") | piece("reset-reaped-head"); // not minimal
    o.runs = 300;
    const GoalReport stands = find_frontier(o).goals.front();
    ASSERT_EQ(stands.frontier.size(), 1u);
    EXPECT_EQ(stands.frontier.front().set, *o.set);
    EXPECT_EQ(stands.frontier.front().runs, 300u);
    EXPECT_TRUE(stands.frontier.front().all_asked);
    EXPECT_TRUE(stands.bounds.empty());
    o.set = tree_hit_piece;
    o.runs = 20000;
    const GoalReport loses = find_frontier(o).goals.front();
    EXPECT_TRUE(loses.frontier.empty());
    ASSERT_EQ(loses.found.size(), 1u); // by chance
    EXPECT_EQ(loses.bounds.front().without, all_pieces & ~tree_hit_piece);
    o.corpora = {of_corpora("in-flight/migrate-ksm-found-by-the-whole-tree.trace")};
    const GoalReport known = find_frontier(o).goals.front();
    EXPECT_TRUE(known.frontier.empty());
    EXPECT_TRUE(known.found.empty());
    EXPECT_EQ(known.bounds.front().shown_by.name, o.corpora.front().name);
}

// mremap moves an entry between the two walks of a migration to an address that no rmap_item has. Both walks forget it,
// each at its own points: where one is after so many steps the other is not.
TEST(MendFrontier, ARaceThatTheReferenceLosesAtAnotherPointIsNotHeldAgainstCovers) {
    const std::string before =
                          "# rmapcheck trace 1\n"
                          "1 mmap(0x10000, 0x3000, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_FIXED|MAP_ANONYMOUS, -1, "
                          "0)\n1 store(0x10000, 0x3000, 0x1)\n1 fork() = 2\n"
                          "1 madvise(0x10000, 0x3000, MADV_MERGEABLE)\n"
                          "1 mremap(0x12000, 0x1000, 0x1000, MREMAP_MAYMOVE|MREMAP_FIXED, 0x14000)\n"
                          "2 mremap(0x10000, 0x2000, 0x2000, MREMAP_MAYMOVE|MREMAP_FIXED, 0x13000)\n* ksmd(2)\n"
                          "1 store(0x11000, 0x1000, 0x1)\n* ksmd(1)\n* begin a = migrate(1, 0x10000)\n",
                      moved = "2 mremap(0x14000, 0x1000, 0x1000, MREMAP_MAYMOVE|MREMAP_FIXED, 0x11000)\n* finish a\n";
    const model::Rules rules = model::default_version().rules;
    unsigned forgotten = 0;
    for (std::size_t n = 0; n < 16; ++n) {
        std::string text = before;
        for (std::size_t i = 0; i < n; ++i) text += "* advance a\n";
        const std::vector<model::Step> steps = model::read_trace(text + moved, "race").steps;
        model::Config config;
        config.drive = driver_of(walk_of(tree_hit_piece | fall_back_piece));
        model::Kernel k = model::boot(config);
        for (const model::Step& step : steps) model::play(k, step);
        forgotten += static_cast<bool>(k.stale);
        EXPECT_FALSE(first_loss(steps, rules, tree_hit_piece | fall_back_piece, Goal::covers)) << n;
    }
    EXPECT_GT(forgotten, 0u);
}

TEST(MendFrontier, StopsWhenTimeIsUp) {
    MendOptions o = quick({"tree-hit", "leave-leads"}, Goal::exact);
    o.seconds = 1e-9;
    const MendReport r = find_frontier(o);
    EXPECT_FALSE(r.goals.front().finished);
    EXPECT_TRUE(r.goals.front().bounds.empty());
}

// What a walk visits with 20,000 VMAs: the narrow walks their own, those that fall back the same where nothing is lost.
TEST(MendPrices, AreMeasured) {
    const Prices prices(model::default_version().rules, 1);
    const Price narrow = prices.of(tree_hit_piece), copying = prices.of(piece("copy-at-swap-in")),
                leads = prices.of(piece("leave-leads"));
    EXPECT_LE(narrow.visited_split, 8u);
    EXPECT_GT(narrow.visited_forked, 2 * forked_children);
    EXPECT_EQ(narrow.copies, 0);
    EXPECT_LE(narrow.visited_lost, 8u);
    EXPECT_EQ(narrow.sharing, 1);
    EXPECT_LT(prices.of(piece("upgrade-alone")).sharing, 1);
    EXPECT_GE(prices.of(fall_back_piece).visited_lost, 2 * split_vmas);
    EXPECT_GT(copying.copies, 0);
    EXPECT_EQ(copying.leads, 0);
    EXPECT_GT(leads.leads, 0);
    EXPECT_EQ(leads.copies, 0);
}

TEST(MendEdits, CountsTheLinesOfEachPiece) {
    namespace fs = std::filesystem;
    const fs::path folder = fs::temp_directory_path() / "rmapcheck-mend-edits";
    fs::remove_all(folder);
    fs::create_directories(folder / "patches/mend/first");
    EXPECT_TRUE(edit_lines(folder).empty());
    const std::string mail =
        "Subject: [PATCH] ksm: x\n\nPiece: tree-hit\n---\ndiff --git a/mm/ksm.c b/mm/ksm.c\n--- a/mm/ksm.c\n"
        "+++ b/mm/ksm.c\n@@ -1,3 +1,3 @@\n x\n-\told\n+\tnew\n+\tmore\n-- \n2.39\n";
    std::ofstream(folder / "patches/mend/first/0001-x.patch") << mail;
    const auto edits = edit_lines(folder);
    ASSERT_EQ(edits.size(), 1u);
    EXPECT_EQ(edits.at("tree-hit"), 3u);
    EXPECT_EQ(lines_of(tree_hit_piece, edits), 3u);
    EXPECT_EQ(lines_of(tree_hit_piece | fall_back_piece, edits), std::nullopt);
    std::ofstream(folder / "patches/mend/first/0002-y.patch") << "Subject: y\n";
    EXPECT_THROW(edit_lines(folder), model::BadInput);
    fs::remove_all(folder);
}

TEST(MendReports, AsTextAndAsADocument) {
    MendOptions o = quick({"tree-hit", "fall-back"}, Goal::covers);
    o.corpora = {of_corpora("explored/linear-index-other-item-record-stale-upgraded.trace")};
    o.runs = 1;
    const nlohmann::json j = mend_json(find_frontier(o), o, {{"tree-hit", 7}});
    const auto& g = j["mend"]["goals"][0];
    EXPECT_EQ(g["frontier"].size(), 2u);
    EXPECT_EQ(g["frontier"][0]["pieces"], nlohmann::json({"tree-hit"}));
    EXPECT_EQ(g["frontier"][0]["edit_lines"], 7);
    EXPECT_TRUE(g["frontier"][1]["edit_lines"].is_null());
    const std::string text = mend_text(j);
    EXPECT_NE(text.find("loses nothing that naive finds: 2 minimal sets"), std::string::npos) << text;
    EXPECT_NE(text.find("Nothing reaches it without one of:\n  tree-hit, fall-back: "), std::string::npos) << text;
}

} // namespace
} // namespace checker
