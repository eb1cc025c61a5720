// The cases of mended kernels, as they are derived from those of the kernel as it is.
#include "properties/proofs/mended.h"

#include <gtest/gtest.h>

#include <set>

#include "properties/proofs/replay.h"
#include "properties/proofs/theorems/mends/alone.h"

namespace {

using namespace properties::proofs;

std::set<std::string> operations_of(const std::vector<Case>& some) {
    std::set<std::string> names;
    for (const Case& c : some) names.insert(c.operation);
    return names;
}
// The cases whose names begin so.
std::vector<Case> named(const Pair& p, checker::PieceSet set, const std::string& name) {
    std::vector<Case> found = mended_cases(p, set);
    std::erase_if(found, [&](const Case& c) { return !c.name.starts_with(name); });
    return found;
}
std::string text_of(const Case& c) {
    return to_smt2({"case", {c.guard, c.after.mapped, c.after.listed, c.after.responsible}, c.after.swapped});
}
bool same(const Formula& a, const Formula& b) { return a.term() == b.term(); }

TEST(Mended, WithoutPiecesTheCasesAreThoseOfTheKernel) {
    const Pair p = any_pair();
    const std::vector<Case> kernel = cases(p), mended = mended_cases(p, 0);
    ASSERT_EQ(kernel.size(), mended.size());
    for (std::size_t n = 0; n < kernel.size(); ++n) {
        EXPECT_EQ(kernel[n].operation + kernel[n].name, mended[n].operation + mended[n].name);
        EXPECT_EQ(text_of(kernel[n]), text_of(mended[n])) << kernel[n].name;
    }
}

// Whatever the pieces, no operation is left out of a proof.
TEST(Mended, EveryOperationIsAStepOfEverySet) {
    const Pair p = any_pair();
    const auto all = operations_of(cases(p));
    for (std::size_t n = 0; n < checker::piece_count; ++n)
        EXPECT_EQ(operations_of(mended_cases(p, checker::PieceSet{1} << n)), all) << checker::piece_name(n);
    EXPECT_EQ(operations_of(mended_cases(p, checker::all_pieces)), all);
}

TEST(Mended, PiecesRuleCasesOut) {
    const Pair p = any_pair();
    EXPECT_EQ(named(p, 0, "makes a shared page a KSM page").size(), 3u);
    EXPECT_TRUE(named(p, piece("upgrade-alone"), "makes a shared page a KSM page").empty());
    EXPECT_EQ(named(p, piece("unshare-always"), "moves the entry").size(), 1u); // of a swap entry
    EXPECT_TRUE(named(p, piece("unshare-always") | piece("read-back-swap"), "moves the entry").empty());
    EXPECT_EQ(named(p, 0, "swapped in").size(), 3u); // load, mlock, madvise
    EXPECT_EQ(named(p, piece("copy-at-swap-in"), "swapped in, as a copy").size(), 3u);
    EXPECT_EQ(named(p, piece("item-at-swap-in"), "swapped in").size(), 6u); // as the VMA is
    EXPECT_TRUE(named(p, piece("leave-leads"), "frees the item that answered").empty());
}

TEST(Mended, ARecordStaysWhereLeadsAreLeft) {
    const Pair p = any_pair();
    for (const char* name : {"frees the item", "records the item anew"}) {
        const std::vector<Case> kept = named(p, piece("leave-leads"), name), lost = named(p, 0, name);
        ASSERT_EQ(kept.size(), 1u);
        EXPECT_TRUE(same(kept.front().after.listed, p.listed));
        EXPECT_EQ(kept.front().after.rec_linear.n.term(), p.rec_linear.n.term());
        EXPECT_NE(kept.front().after.a.n.term(), p.a.n.term()); // it may be another's address
        EXPECT_FALSE(same(lost.back().after.listed, p.listed));
    }
}

TEST(Mended, NamesArePieces) {
    EXPECT_EQ(piece("tree-hit"), checker::tree_hit_piece);
    EXPECT_THROW(piece("no-such"), std::logic_error);
}

// Each piece of a set that is proved is shown to be needed; of fall-back, itself.
TEST(Mended, EveryPieceIsShownToBeNeeded) {
    for (const Theorem* t : theorems::mends()) {
        ASSERT_TRUE(t->mends && t->breaks) << t->name;
        checker::PieceSet shown = 0;
        for (const Break& b : t->breaks()) shown |= b.left_out;
        EXPECT_EQ(shown, t->mends().front().set) << t->name;
    }
    EXPECT_EQ(theorems::alone_needs().size(), 2u);
}

// A trace shows nothing where the entry is lost with the piece as well, or not without it.
TEST(Mended, AReplayComparesBothKernels) {
    const std::string lost =
        "# rmapcheck trace 1\n"
        "1 mmap(0x10000, 0x2000, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_FIXED|MAP_ANONYMOUS, -1, 0)\n"
        "1 madvise(0x10000, 0x2000, MADV_MERGEABLE)\n1 store(0x10000, 0x2000, 0x1)\n* ksmd(2)\n"
        "* swap_out(1, 0x10000)\n* ksmd(1)\n1 load(0x10000, 0x1000)\n";
    const checker::PieceSet leads = piece("leave-leads") | piece("upgrade-alone") | piece("tree-hit");
    EXPECT_TRUE(replay_mended(lost, {leads, checker::Goal::exact}, piece("leave-leads")).shows_miss);
    EXPECT_FALSE(replay_mended(lost, {leads, checker::Goal::exact}, piece("upgrade-alone")).shows_miss);
    const Replay both =
        replay_mended(lost, {piece("tree-hit") | piece("fall-back"), checker::Goal::exact}, piece("tree-hit"));
    EXPECT_FALSE(both.shows_miss);
    EXPECT_EQ(both.why_not, "an entry is lost with tree-hit, too");
    EXPECT_FALSE(replay_mended("no trace", {leads, checker::Goal::exact}, piece("tree-hit")).shows_miss);
}

} // namespace
