// The shortest trace of the corpora that each piece of a mend ends, beside the fewest others.
#include <gtest/gtest.h>

#include "checker/mend/lattice.h"
#include "model/trace/trace.h"

namespace checker {
namespace {

PieceSet piece(std::string_view name) {
    for (std::size_t n = 0; n < piece_count; ++n)
        if (piece_name(n) == name) return PieceSet{1} << n;
    ADD_FAILURE() << name;
    return 0;
}

std::vector<model::Step> steps_of(const std::string& trace) {
    return model::load_trace(RMAPCHECK_SOURCE_DIR "/corpora/" + trace).steps;
}

struct Ended {
    const char *piece, *beside;
    Goal goal;
    const char* trace;
};
constexpr Ended ended[] = {
    {"unshare-always", "", Goal::covers, "explored/linear-index-other-item-record-stale-moved.trace"},
    {"unshare-always", "", Goal::exact, "operations/mremap-does-not-see-other-vmas.trace"},
    {"refresh-met-item", "tree-hit", Goal::covers, "strategies/linear-index-swapped-once.trace"},
    {"root-anon-vma", "", Goal::covers, "found/linear-index-other-item-record-stale-upgraded.trace"},
    {"root-anon-vma", "", Goal::exact, "found/naive-upgraded-no-item-address-known-not-scanned.trace"},
    {"item-at-swap-in", "", Goal::covers, "found/linear-index-own-item-record-stale-swapped-in.trace"},
    {"copy-at-swap-in", "", Goal::covers, "found/linear-index-own-item-record-stale-swapped-in.trace"},
    {"copy-where-not-mergeable", "", Goal::covers, "found/linear-index-own-item-record-stale-moved.trace"},
    {"read-back-swap", "", Goal::covers, "found/linear-index-own-item-record-stale-swapped-in.trace"},
    {"leave-leads", "tree-hit", Goal::covers, "strategies/linear-index-swapped-once.trace"},
    {"leave-leads", "", Goal::exact, "found/naive-swapped-in-no-item-address-unknown-scanned.trace"},
    {"upgrade-alone", "", Goal::covers, "explored/linear-index-other-item-record-stale-moved.trace"},
    {"upgrade-alone", "", Goal::exact, "found/naive-upgraded-no-item-address-known-not-scanned.trace"},
    {"unshare-at-fork", "", Goal::covers, "found/linear-index-other-item-record-stale-moved.trace"},
    {"tree-hit", "", Goal::covers, "explored/linear-index-other-item-record-stale-moved.trace"},
    {"tree-hit", "", Goal::exact, "operations/mremap-does-not-see-other-vmas.trace"},
    {"fall-back", "", Goal::covers, "explored/linear-index-other-item-record-stale-moved.trace"},
    {"fall-back", "", Goal::covers, "in-flight/migrate-ksm-moved-to-a-listed-address.trace"},
    {"fall-back", "tree-hit", Goal::covers, "in-flight/migrate-ksm-found-by-the-whole-tree.trace"},
};

TEST(MendPieces, EachEndsATrace) {
    const model::Rules rules = model::default_version().rules;
    for (const Ended& e : ended) {
        const std::vector<model::Step> steps = steps_of(e.trace);
        const PieceSet without = *e.beside ? piece(e.beside) : 0;
        EXPECT_TRUE(first_loss(steps, rules, without, e.goal)) << e.piece << " " << e.trace;
        EXPECT_FALSE(first_loss(steps, rules, without | piece(e.piece), e.goal)) << e.piece << " " << e.trace;
    }
}

// Only what the model cannot show is missing, the name that a slab gives anew; and what makes a walk no wider.
TEST(MendPieces, AreAllThere) {
    PieceSet shown = piece("reset-reaped-head") | piece("count-migration");
    for (const Ended& e : ended) shown |= piece(e.piece);
    EXPECT_EQ(shown, all_pieces) << to_text(all_pieces & ~shown);
}

TEST(MendPieces, HaveAWalk) {
    EXPECT_EQ(walk_of(0).name, "linear-index");
    EXPECT_EQ(walk_of(tree_hit_piece).name, "tree-hit");
    EXPECT_EQ(walk_of(fall_back_piece).name, "linear-index-fallback");
    EXPECT_EQ(walk_of(tree_hit_piece | fall_back_piece).name, "tree-hit-fallback");
    for (const Strategy& s : mending_strategies()) {
        EXPECT_EQ(find_strategy(s.name), &s);
        EXPECT_EQ(s.bound.size(), s.asks.size()) << s.name;
    }
    EXPECT_EQ(to_text(0), "the kernel as it is");
    EXPECT_EQ(
        words_of(tree_hit_piece | 1, model::default_version().rules, "t"),
        (std::vector<std::string>{"rmapcheck", "run", "--strategy", "tree-hit", "t", "--mend", "unshare-always"}));
}

// A lattice is made by hand: which sets lose nothing along three sequences, and which of these are minimal.
TEST(MendLattice, FindsTheMinimalSets) {
    const PieceSet hit = tree_hit_piece, copy = piece("copy-at-swap-in"), root = piece("root-anon-vma");
    Lattice lattice(model::default_version().rules, Goal::covers, hit | copy | root);
    EXPECT_EQ(lattice.frontier(), std::vector<PieceSet>{0}); // nothing speaks against it
    lattice.add({"moved", steps_of("explored/linear-index-other-item-record-stale-moved.trace")});
    EXPECT_EQ(lattice.frontier(), std::vector<PieceSet>{hit});
    ASSERT_TRUE(lattice.refuted_by(copy));
    EXPECT_EQ(lattice.refuted_by(copy)->name, "moved");
    lattice.add({"swapped", steps_of("strategies/linear-index-swapped-once.trace")});
    EXPECT_EQ(lattice.frontier(), std::vector<PieceSet>{hit | copy});
    EXPECT_EQ(lattice.refuted_by(hit)->name, "swapped");
    EXPECT_EQ(lattice.refuted_by(hit | copy), nullptr);
    EXPECT_TRUE(lattice.frontier([] { return true; }).empty()); // stopped at once
}

TEST(MendLattice, TheSmallestSetsThatEndASequence) {
    const std::vector<model::Step> steps = steps_of("strategies/swapped-in-under-a-foreign-root.trace");
    const model::Rules rules = model::default_version().rules;
    EXPECT_EQ(smallest_that_end(steps, rules, Goal::exact,
                                piece("copy-at-swap-in") | piece("upgrade-alone") | tree_hit_piece),
              (std::vector<PieceSet>{piece("copy-at-swap-in"), piece("upgrade-alone")}));
    EXPECT_EQ(smallest_that_end(steps, rules, Goal::covers, all_pieces),
              std::vector<PieceSet>{0}); // naive loses it, too
    EXPECT_TRUE(smallest_that_end(steps, rules, Goal::exact, tree_hit_piece).empty());
    EXPECT_EQ(dear_pieces(), piece("item-at-swap-in") | piece("leave-leads") | piece("unshare-at-fork"));
}

TEST(MendLattice, SubsetsComeSmallestFirst) {
    EXPECT_EQ(subsets_of(0b101), (std::vector<PieceSet>{0, 0b1, 0b100, 0b101}));
}

} // namespace
} // namespace checker
