#include "checker/judge/judge.h"

#include <gtest/gtest.h>

#include "checker/judge/runner.h"

namespace checker {
namespace {

// Hugh Dickins's sequence: the page at 0x12000 has the offset of 0x11000.
constexpr const char* moved = R"(# rmapcheck trace 1
1 mmap(0x10000, 0x3000, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0) = 0x10000
1 madvise(0x10000, 0x3000, MADV_MERGEABLE) = 0
1 store(0x10000, 0x2000, 0x77)
* ksmd(4)
1 mremap(0x11000, 0x1000, 0x1000, MREMAP_MAYMOVE|MREMAP_FIXED, 0x12000) = 0x12000
* ksmd(4)
* walk(1, 0x12000)
)";

RunReport play_text(const std::string& text, RunOptions options = {}) {
    options.paranoid = true;
    return run_trace(model::read_trace(text, "test.trace"), options);
}

Verdict of(const RunReport& r, std::string_view name) {
    for (const Verdict& v : r.verdicts)
        if (v.strategy->name == name) return v;
    throw std::runtime_error("no verdict");
}

TEST(Judge, NamesTheEntryThatAddrShiftLosesAfterMremap) {
    const RunReport r = play_text(moved);
    const Verdict v = of(r, "addr-shift");
    EXPECT_EQ(v.missed, (std::vector<MappedAt>{{1, {0x12}}}));
    EXPECT_EQ(v.regressed, v.missed);
    EXPECT_EQ(v.found, 1u);
    EXPECT_EQ(v.lifetime, Lifetime::stays);
    EXPECT_TRUE(refutes(v));
    EXPECT_TRUE(of(r, "naive").missed.empty());
    EXPECT_TRUE(of(r, "linear-index").missed.empty());
}

TEST(Judge, CatchesOrigVmaReadingAFreedVma) {
    const Verdict v = of(play_text(moved), "orig-vma");
    EXPECT_TRUE(v.touched_freed_vma);
    EXPECT_TRUE(refutes(v));
}

TEST(Judge, TwoPassPaysForBothWalksWhenTheFirstFallsShort) {
    const RunReport r = play_text(moved);
    EXPECT_EQ(of(r, "two-pass").cost.all.visited,
              of(r, "addr-shift").cost.all.visited + of(r, "naive").cost.all.visited);
    EXPECT_TRUE(of(r, "two-pass").missed.empty());
}

TEST(Judge, JudgesEveryKsmPageAtTheEnd) {
    const RunReport r = play_text(moved);
    EXPECT_EQ(r.at_end, strategies().size()); // one page
    RunOptions without;
    without.judge_at_end = false;
    EXPECT_EQ(play_text(moved, without).verdicts.size(), strategies().size());
}

// The page at 0x11000 is shared with a child when it becomes the KSM page; the child is not mergeable, so mremap moves
// its entry without unsharing it, to where no rmap_item points.
const std::string sharer_moves = R"(# rmapcheck trace 1
1 mmap(0x10000, 0x2000, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0)
1 store(0x10000, 0x2000, 0x77)
1 fork() = 2
1 store(0x10000, 0x1000, 0x77)
1 madvise(0x10000, 0x2000, MADV_MERGEABLE)
* ksmd(2)
2 mremap(0x11000, 0x1000, 0x1000, MREMAP_MAYMOVE|MREMAP_FIXED, 0x50000) = 0x50000
)";

TEST(Judge, ReportsWhatTheReferenceItselfMisses) {
    const RunReport r = play_text(sharer_moves + "* walk(2, 0x50000)\n");
    for (const char* name : {"naive", "linear-index", "two-pass"}) {
        const Verdict v = of(r, name);
        EXPECT_EQ(v.missed, (std::vector<MappedAt>{{2, {0x50}}})) << name;
        EXPECT_TRUE(v.regressed.empty()) << name;
        EXPECT_EQ(v.lifetime, Lifetime::stays) << name; // ksmd never visits the child
    }
}

TEST(Judge, SaysThatAMissHealsWhenKsmdWillEndIt) {
    const RunReport r = play_text(sharer_moves + "2 madvise(0x50000, 0x1000, MADV_MERGEABLE)\n* walk(2, 0x50000)\n");
    EXPECT_EQ(of(r, "naive").lifetime, Lifetime::heals);
    EXPECT_EQ(of(r, "naive").missed.size(), 1u);
}

TEST(Judge, HoldsAStrategyToItsOwnClaim) {
    Verdict v;
    Strategy s;
    v.strategy = &s;
    v.missed = {{1, {0x10}}};
    s.claim = Claim::exact;
    EXPECT_TRUE(breaks_claim(v)); // it missed something
    s.claim = Claim::covers;
    EXPECT_FALSE(breaks_claim(v)); // but so did the reference
    v.regressed = v.missed;
    EXPECT_TRUE(breaks_claim(v));
    s.claim = Claim::refuted;
    EXPECT_FALSE(breaks_claim(v));
}

TEST(Judge, PlaysTheUnionOnAMachineOfItsOwn) {
    Session s = start_session({});
    ASSERT_EQ(s.machines.size(), 2u);
    EXPECT_EQ(s.machines[1].kernel.config.layout.name, "unioned");
    EXPECT_EQ(start_session({}, {&reference()}).machines.size(), 1u);
}

} // namespace
} // namespace checker
