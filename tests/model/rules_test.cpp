// One test for each rule that tests/mutants breaks: the shortest story in which it can be told from its opposite.
#include <gtest/gtest.h>

#include "model/ksm.h"
#include "tests/model/rules.h"

namespace model {
namespace {

using namespace rules_test;

TEST(Rules, ASplitMovesVmPgoff) {
    const Kernel k = after(three_written + "1 munmap(0x11000, 0x1000)\n");
    EXPECT_EQ(vma_of(k, 1, 0x10000).range.pgoff.n, 0x10u);
    EXPECT_EQ(vma_of(k, 1, 0x12000).range.pgoff.n, 0x12u);
}

TEST(Rules, AMergeNeedsOneAnonVma) {
    const Kernel k = after(
        "1 mmap(0x10000, 0x2000, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_FIXED|MAP_ANONYMOUS, -1, 0)\n"
        "1 madvise(0x11000, 0x1000, MADV_DONTFORK)\n"
        "1 store(0x10000, 0x2000, 0x11)\n"
        "1 madvise(0x11000, 0x1000, MADV_DOFORK)\n");
    EXPECT_NE(vma_of(k, 1, 0x10000).anon_vma, vma_of(k, 1, 0x11000).anon_vma);
    EXPECT_EQ(vma_of(k, 1, 0x10000).range.end, vpn(0x11000));
}

TEST(Rules, AMergeNeedsEqualFlags) {
    const Kernel k = after(
        "1 mmap(0x10000, 0x1000, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_FIXED|MAP_ANONYMOUS, -1, 0)\n"
        "1 mmap(0x11000, 0x1000, PROT_READ, MAP_PRIVATE|MAP_FIXED|MAP_ANONYMOUS, -1, 0)\n");
    EXPECT_EQ(vma_of(k, 1, 0x10000).range.end, vpn(0x11000));
    EXPECT_FALSE(vma_of(k, 1, 0x11000).flags & VM_WRITE);
}

TEST(Rules, AMergeNeedsOffsetsThatGoOn) {
    const Kernel k = after(three_written + "1 mremap(0x12000, 0x1000, 0x1000, MREMAP_MAYMOVE|MREMAP_FIXED, 0x11000)\n");
    EXPECT_EQ(vma_of(k, 1, 0x10000).anon_vma, vma_of(k, 1, 0x11000).anon_vma);
    EXPECT_EQ(vma_of(k, 1, 0x10000).range.end, vpn(0x11000));
    EXPECT_EQ(vma_of(k, 1, 0x11000).range.pgoff.n, 0x12u);
}

TEST(Rules, ForkCopiesNoRmapItem) {
    const Kernel k = after(three_merged + "1 fork() = 2\n");
    EXPECT_EQ(items_of(k, 1), 3u);
    EXPECT_EQ(items_of(k, 2), 0u);
}

TEST(Rules, AfterForkNobodyIsExclusive) {
    EXPECT_TRUE(folio_of(after(three_written), 1, 0x10000).exclusive);
    EXPECT_FALSE(folio_of(after(three_written + "1 fork() = 2\n"), 1, 0x10000).exclusive);
}

TEST(Rules, ForkReusesNoAnonVmaThatIsInUse) {
    const Kernel k = after(three_written + "1 fork() = 2\n2 fork() = 3\n");
    EXPECT_NE(vma_of(k, 3, 0x10000).anon_vma, vma_of(k, 2, 0x10000).anon_vma);
}

TEST(Rules, SwapInMapsTheKsmPageOfTheSwapCache) {
    const Kernel k = after(three_merged + "* swap_out(1, 0x10000)\n1 load(0x11000, 0x1000)\n");
    EXPECT_EQ(pte_of(k, 1, 0x10000).kind, Pte::Kind::swap);
    ASSERT_EQ(pte_of(k, 1, 0x11000).kind, Pte::Kind::present);
    EXPECT_EQ(folio_of(k, 1, 0x11000).mapping, Folio::Mapping::ksm);
}

TEST(Rules, MunmapLeavesRmapItems) {
    EXPECT_EQ(items_of(after(three_merged + "1 munmap(0x10000, 0x2000)\n"), 1), 3u);
    EXPECT_EQ(items_of(after(three_merged + "1 munmap(0x10000, 0x2000)\n* ksmd(1)\n"), 1), 1u);
}

TEST(Rules, MremapUnsharesWhatItMoves) {
    const Kernel k = after(three_merged + "1 mremap(0x10000, 0x1000, 0x1000, MREMAP_MAYMOVE|MREMAP_FIXED, 0x20000)\n");
    EXPECT_EQ(folio_of(k, 1, 0x20000).mapping, Folio::Mapping::anon);
    EXPECT_EQ(folio_of(k, 1, 0x11000).mapping, Folio::Mapping::ksm);
}

TEST(Rules, DontunmapUnlocksOnlyWhatWasMoved) {
    const std::string moved =
        "1 mmap(0x10000, 0x3000, PROT_READ|PROT_WRITE, "
        "MAP_PRIVATE|MAP_FIXED|MAP_ANONYMOUS, -1, 0)\n"
        "1 mlock(0x10000, 0x3000)\n"
        "1 mremap(0x11000, 0x1000, 0x1000, MREMAP_MAYMOVE|MREMAP_FIXED|MREMAP_DONTUNMAP, 0x30000)\n";
    const Kernel split = after(moved, "6.12");
    EXPECT_TRUE(vma_of(split, 1, 0x10000).flags & VM_LOCKED);
    EXPECT_FALSE(vma_of(split, 1, 0x11000).flags & VM_LOCKED);
    EXPECT_FALSE(vma_of(split, 1, 0x11000).anon_vma);
    EXPECT_TRUE(vma_of(split, 1, 0x12000).flags & VM_LOCKED);
    const Kernel whole = after(moved, "6.18");
    EXPECT_FALSE(vma_of(whole, 1, 0x10000).flags & VM_LOCKED);
    EXPECT_EQ(vma_of(whole, 1, 0x10000).range.end, vpn(0x13000));
}

// --- since 7.0

const std::string one_page =
    "1 mmap(0x10000, 0x1000, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_FIXED|MAP_ANONYMOUS, -1, 0) = 0x10000\n";

// A machine in which `count` VMAs are the most that there may be.
Kernel crowded(std::string_view version, std::uint32_t count, const std::string& text) {
    Config config;
    config.rules = find_version(version)->rules;
    config.max_map_count = count;
    Kernel k = boot(config);
    play_text(k, text);
    return k;
}

TEST(Rules, MremapAsksForRoomFirst) {
    const std::string shrink = "1 mremap(0x10000, 0x2000, 0x1000, MREMAP_MAYMOVE)";
    const std::string two_pages = three_written;
    crowded("6.18", 4, two_pages + shrink + " = 0x10000\n");
    crowded("7.2", 5, two_pages + shrink + " = 0x10000\n");
    crowded("7.2", 4, two_pages + shrink + " = -1 ENOMEM\n");
    crowded("7.2", 5, one_page + "1 mremap(0x10000, 0x1000, 0x1000, MREMAP_MAYMOVE) = 0x10000\n");
    crowded("7.2", 4, one_page + "1 mremap(0x10000, 0x1000, 0x1000, MREMAP_MAYMOVE) = -1 ENOMEM\n");
    crowded("7.2", 4, one_page + "1 mremap(0x50000, 0x1000, 0x1000, MREMAP_MAYMOVE) = -1 ENOMEM\n");
    crowded("7.2", 5, one_page + "1 mremap(0x50000, 0x1000, 0x1000, MREMAP_MAYMOVE) = -1 EFAULT\n");
}

// Two VMAs are moved; after the first there are three more.
TEST(Rules, APieceOfAMoveNeedsRoomForTwo) {
    const std::string apart =
        "1 mmap(0x10000, 0x1000, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_FIXED|MAP_ANONYMOUS, -1, 0) = 0x10000\n"
        "1 mmap(0x11000, 0x1000, PROT_READ, MAP_PRIVATE|MAP_FIXED|MAP_ANONYMOUS, -1, 0) = 0x11000\n"
        "1 store(0x10000, 0x1000, 0x11) = 0\n";
    const std::string keep = "1 mremap(0x10000, 0x2000, 0x2000, MREMAP_MAYMOVE|MREMAP_FIXED|MREMAP_DONTUNMAP, 0x30000)";
    const Kernel fits = crowded("7.2", 7, apart + keep + " = 0x30000\n");
    EXPECT_EQ(fits.mms[find_process(fits, 1)].map_count, 4u);
    crowded("6.18", 7, apart + keep + " = -1 ENOMEM\n");
    const Kernel half = crowded("7.2", 7, apart + "1 mlock(0x11000, 0x1000) = 0\n" + keep + " = 0x30000\n");
    EXPECT_EQ(half.mms[find_process(half, 1)].map_count, 4u);
}

// Before the fourth of four VMAs is moved there are seven: room for two, but not for the part of a locked one as well.
TEST(Rules, APieceThatIsSplitFirstNeedsRoomForThree) {
    std::string four =
        "1 mmap(0x10000, 0x4000, PROT_READ, MAP_PRIVATE|MAP_FIXED|MAP_ANONYMOUS, -1, 0)\n"
        "1 mprotect(0x11000, 0x1000, PROT_READ|PROT_WRITE)\n"
        "1 mprotect(0x13000, 0x1000, PROT_READ|PROT_WRITE)\n";
    const std::string keep = "1 mremap(0x10000, 0x4000, 0x4000, MREMAP_MAYMOVE|MREMAP_FIXED|MREMAP_DONTUNMAP, 0x30000)";
    const auto count = [](const Kernel& k) { return k.mms[find_process(k, 1)].map_count; };
    EXPECT_EQ(count(crowded("7.2", 9, four + keep + " = 0x30000\n")), 8u);
    EXPECT_EQ(count(crowded("7.2", 9, four + "1 mlock(0x13000, 0x1000)\n" + keep + " = -1 ENOMEM\n")), 7u);
}

std::vector<Id<AnonVma>> chain_at(const Kernel& k, Pid pid, std::uint64_t addr) {
    std::vector<Id<AnonVma>> chain;
    for (Id<Avc> a = vma_of(k, pid, addr).chain; a; a = k.avcs[a].next) chain.push_back(k.avcs[a].anon_vma);
    return chain;
}

TEST(Rules, ACloneReversesItsChain) {
    const std::string generations = three_written + "1 fork() = 2\n2 fork() = 3\n";
    const Kernel before = after(generations, "6.18"), now = after(generations, "7.2");
    using Chain = std::vector<Id<AnonVma>>;
    for (const Kernel* k : {&before, &now}) {
        const Id<AnonVma> first = vma_of(*k, 1, 0x10000).anon_vma, second = vma_of(*k, 2, 0x10000).anon_vma,
                          third = vma_of(*k, 3, 0x10000).anon_vma;
        EXPECT_EQ(chain_at(*k, 3, 0x10000), k == &now ? (Chain{third, first, second}) : (Chain{third, second, first}));
    }
}

TEST(Rules, SwapInDoesNotMakeExclusive) {
    const std::string shared = one_page +
                               "1 store(0x10000, 0x1000, 0x11)\n1 fork() = 2\n* swap_out(1, 0x10000)\n"
                               "1 munmap(0x10000, 0x1000)\n";
    const Kernel before = after(shared + "2 load(0x10000, 0x1000) = 0\n* swap_cache_drop(2, 0x10000)\n", "6.18");
    EXPECT_FALSE(folio_of(before, 2, 0x10000).exclusive); // the swap cache has it, too
    const std::string from_disk = one_page +
                                  "1 store(0x10000, 0x1000, 0x11)\n1 fork() = 2\n* swap_out(1, 0x10000)\n"
                                  "* swap_cache_drop(1, 0x10000)\n1 munmap(0x10000, 0x1000)\n"
                                  "2 mprotect(0x10000, 0x1000, PROT_READ)\n2 mlock(0x10000, 0x1000) = 0\n";
    for (const char* version : {"6.18", "7.2"}) {
        const Kernel k = after(from_disk, version);
        const Folio& f = folio_of(k, 2, 0x10000);
        const Id<AnonVma> own = vma_of(k, 2, 0x10000).anon_vma;
        EXPECT_EQ(f.exclusive, std::string(version) == "6.18");
        EXPECT_EQ(f.anon_vma, f.exclusive ? own : k.anon_vmas[own].root) << version;
    }
    const Kernel written = after(shared + "2 store(0x10000, 0x1000, 0x12) = 0\n", "7.2");
    EXPECT_TRUE(folio_of(written, 2, 0x10000).exclusive);
    EXPECT_EQ(folio_of(written, 2, 0x10000).anon_vma, vma_of(written, 2, 0x10000).anon_vma);
}

const std::string two_of_a_file = "1 mmap(0x12000, 0x2000, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_FIXED, 3, 0x5000)\n";

TEST(Rules, AGuardRegionMakesFaultedWithoutAPage) {
    const std::string guarded =
        "1 mmap(0x10000, 0x2000, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_FIXED|MAP_ANONYMOUS, -1, 0)\n"
        "1 madvise(0x10000, 0x1000, MADV_GUARD_INSTALL) = 0\n"
        "1 store(0x10000, 0x1000, 0x11) = -1 EFAULT\n"
        "1 madvise(0x10000, 0x1000, MADV_DONTNEED) = 0\n"
        "1 load(0x10000, 0x1000) = -1 EFAULT\n"
        "1 mmap(0x12000, 0x1000, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_FIXED|MAP_ANONYMOUS, -1, 0)\n";
    for (const bool marks : {false, true}) { // 6.13, and 6.18 stable
        Config config;
        config.rules = find_version("6.18")->rules;
        config.rules.guard_marks_vma = marks;
        Kernel k = boot(config);
        play_text(k, guarded);
        const Vma& v = vma_of(k, 1, 0x10000);
        EXPECT_TRUE(v.anon_vma);
        EXPECT_EQ(v.range.end, vpn(0x13000));
        EXPECT_EQ((v.flags & VM_MAYBE_GUARD) != 0, marks);
    }
    after(guarded + "1 madvise(0x10000, 0x1000, MADV_GUARD_REMOVE) = 0\n1 store(0x10000, 0x1000, 0x11) = 0\n", "7.2");
    after(one_page + "1 madvise(0x10000, 0x1000, MADV_GUARD_INSTALL) = -1 EINVAL\n", "6.12");
}

TEST(Rules, TheMarkOfAGuardRegionSticks) {
    const std::string joined =
        "1 mmap(0x11000, 0x1000, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_FIXED|MAP_ANONYMOUS, -1, 0)\n"
        "1 madvise(0x11000, 0x1000, MADV_GUARD_INSTALL) = 0\n" +
        one_page;
    const Kernel k = after(joined, "7.2");
    EXPECT_EQ(vma_of(k, 1, 0x10000).range.end, vpn(0x12000));
    EXPECT_TRUE(vma_of(k, 1, 0x10000).flags & VM_MAYBE_GUARD);
    const Kernel three =
        after(one_page +
                  "1 mmap(0x12000, 0x1000, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_FIXED|MAP_ANONYMOUS, -1, 0)\n"
                  "1 madvise(0x12000, 0x1000, MADV_GUARD_INSTALL) = 0\n"
                  "1 mmap(0x11000, 0x1000, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_FIXED|MAP_ANONYMOUS, -1, 0)\n",
              "7.2");
    EXPECT_EQ(vma_of(three, 1, 0x10000).range.end, vpn(0x13000));
    EXPECT_TRUE(vma_of(three, 1, 0x10000).flags & VM_MAYBE_GUARD); // the first of three, which had none
    const Kernel file = after(two_of_a_file +
                                  "1 madvise(0x12000, 0x1000, MADV_GUARD_INSTALL) = 0\n1 fork() = 2\n"
                                  "2 load(0x12000, 0x1000) = -1 EFAULT\n",
                              "7.2");
    EXPECT_FALSE(vma_of(file, 1, 0x12000).anon_vma);
}

// --- what releases differ by

Vpn end_of(const Kernel& k, std::uint64_t addr) { return vma_of(k, 1, addr).range.end; }

TEST(Rules, AWrittenRangeJoinsAnUnwrittenOne) {
    const std::string beside =
        "1 mmap(0x10000, 0x2000, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_FIXED|MAP_ANONYMOUS, -1, 0)\n"
        "1 madvise(0x11000, 0x1000, MADV_DONTFORK)\n"
        "1 store(0x11000, 0x1000, 0x11)\n"
        "1 madvise(0x11000, 0x1000, MADV_DOFORK)\n";
    EXPECT_EQ(end_of(after(beside, "6.12"), 0x10000), vpn(0x11000));
    EXPECT_EQ(end_of(after(beside, "6.18"), 0x10000), vpn(0x12000));
}

TEST(Rules, NewMemoryOfAProcessThatMergesEverythingJoins) {
    const std::string two =
        "1 prctl(PR_SET_MEMORY_MERGE, 1, 0, 0, 0)\n"
        "1 mmap(0x10000, 0x1000, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_FIXED|MAP_ANONYMOUS, -1, 0)\n"
        "1 mmap(0x11000, 0x1000, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_FIXED|MAP_ANONYMOUS, -1, 0)\n";
    EXPECT_EQ(end_of(after(two, "6.12"), 0x10000), vpn(0x11000));
    EXPECT_EQ(end_of(after(two, "6.18"), 0x10000), vpn(0x12000));
}

TEST(Rules, AMoveTakesSeveralVmas) {
    const std::string three = three_written +
                              "1 mprotect(0x11000, 0x1000, PROT_READ)\n"
                              "1 mremap(0x10000, 0x3000, 0x3000, MREMAP_MAYMOVE|MREMAP_FIXED, 0x20000) = ";
    after(three + "-1 EFAULT\n", "6.12");
    const Kernel k = after(three + "0x20000\n", "6.18");
    EXPECT_EQ(end_of(k, 0x21000), vpn(0x22000));
}

TEST(Rules, AMoveUnmapsItsDestinationBeforeItLooksAtTheSource) {
    const std::string too_long = three_written +
                                 "1 mmap(0x20000, 0x1000, PROT_READ, MAP_PRIVATE|MAP_FIXED|MAP_ANONYMOUS, -1, 0)\n"
                                 "1 mremap(0x10000, 0x4000, 0x5000, MREMAP_MAYMOVE|MREMAP_FIXED, 0x20000) = -1 EFAULT\n"
                                 "1 load(0x20000, 0x1000) = ";
    after(too_long + "-1 EFAULT\n", "6.12");
    after(too_long + "0\n", "6.18");
}

// get_unmapped_area() leaves room below a stack; MAP_FIXED does not.
TEST(Rules, NothingIsPutBelowAStackUnasked) {
    const std::string stack =
        "# rmapcheck trace 1\n1 mmap(0x200000, 0x1000, PROT_READ|PROT_WRITE, "
        "MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED|MAP_GROWSDOWN, -1, 0)\n";
    const auto lands_at = [&](const std::string& flags, const std::string& place) {
        const std::string hint = flags.empty() ? "0" : place;
        const std::string line =
            "1 mmap(" + hint + ", 0x1000, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS" + flags + ", -1, 0) = ";
        model::Kernel k = model::boot({});
        for (const model::Step& step : model::read_trace(stack + line + place + "\n", "below").steps)
            model::play(k, step);
    };
    EXPECT_NO_THROW(lands_at("", "0xff000"));
    EXPECT_THROW(lands_at("", "0x100000"), model::BadInput);
    EXPECT_THROW(lands_at("", "0x1ff000"), model::BadInput);
    EXPECT_NO_THROW(lands_at("", "0x201000"));
    EXPECT_NO_THROW(lands_at("|MAP_FIXED", "0x1ff000"));
}

TEST(Rules, DontunmapComparesLengthsAsTheyWerePassed) {
    const std::string within_a_page =
        three_written + "1 mremap(0x10000, 0x1000, 0x1, MREMAP_MAYMOVE|MREMAP_FIXED|MREMAP_DONTUNMAP, 0x20000) = ";
    after(within_a_page + "-1 EINVAL\n", "6.12");
    after(within_a_page + "0x20000\n", "6.18");
}

TEST(Rules, WhatDontunmapLeavesComesHome) {
    const std::string left =
        three_written +
        "1 mremap(0x10000, 0x3000, 0x3000, MREMAP_MAYMOVE|MREMAP_FIXED, 0x20000)\n"
        "1 mremap(0x20000, 0x3000, 0x3000, MREMAP_MAYMOVE|MREMAP_FIXED|MREMAP_DONTUNMAP, 0x30000)\n";
    EXPECT_EQ(vma_of(after(left, "6.12"), 1, 0x20000).range.pgoff.n, 0x20u);
    EXPECT_EQ(vma_of(after(left, "6.18"), 1, 0x20000).range.pgoff.n, 0x10u);
}

TEST(Rules, AnUnwrittenCopyJoinsItsOwnSource) {
    const std::string copied =
        "1 mmap(0x10000, 0x1000, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_FIXED|MAP_ANONYMOUS, -1, 0)\n"
        "1 mremap(0x10000, 0x1000, 0x1000, MREMAP_MAYMOVE|MREMAP_FIXED|MREMAP_DONTUNMAP, 0x11000) = 0x11000\n";
    EXPECT_EQ(end_of(after(copied, "6.12"), 0x10000), vpn(0x11000));
    EXPECT_EQ(end_of(after(copied, "6.18"), 0x10000), vpn(0x12000));
}

TEST(Rules, KsmdSleepsUnlessRunIsOne) {
    for (const char* run : {"0", "2"}) {
        const std::string asleep = three_written + "1 madvise(0x10000, 0x3000, MADV_MERGEABLE)\n* knob(run, " +
                                   std::string(run) + ") = 0\n* ksmd(3) = 0\n";
        EXPECT_EQ(items_of(after(asleep), 1), 0u) << run;
        EXPECT_EQ(items_of(after(asleep + "* knob(run, 1) = 0\n* ksmd(3) = 0\n"), 1), 3u) << run;
    }
}

// --- since 7.3

TEST(Rules, AFileHasAnAnonymousOffset) {
    const std::string written = two_of_a_file + "1 store(0x12000, 0x1000, 0x11)\n";
    const Kernel before = after(written, "7.2"), now = after(written, "7.3");
    EXPECT_EQ(folio_of(before, 1, 0x12000).index.n, 5u);
    EXPECT_EQ(folio_of(now, 1, 0x12000).index.n, 0x12u);
    for (const Kernel* k : {&before, &now}) EXPECT_EQ(vm_pgoff(vma_of(*k, 1, 0x12000).range).n, 5u);
}

TEST(Rules, AnUnfaultedFileMovesHome) {
    const std::string moved =
        two_of_a_file + "1 mremap(0x13000, 0x1000, 0x1000, MREMAP_MAYMOVE|MREMAP_FIXED, 0x30000)\n";
    const Kernel now = after(moved + "1 store(0x30000, 0x1000, 0x11)\n", "7.3");
    EXPECT_EQ(folio_of(now, 1, 0x30000).index.n, 0x30u);
    EXPECT_EQ(vm_pgoff(vma_of(now, 1, 0x30000).range).n, 6u);
    EXPECT_EQ(vm_pgoff(vma_of(after(moved, "7.2"), 1, 0x30000).range).n, 6u);
}

TEST(Rules, DontunmapLeavesAFileAtHome) {
    const Kernel now = after(two_of_a_file +
                                 "1 store(0x12000, 0x2000, 0x11)\n"
                                 "1 mremap(0x12000, 0x2000, 0x2000, MREMAP_MAYMOVE|MREMAP_FIXED, 0x30000)\n"
                                 "1 mremap(0x30000, 0x2000, 0x2000, "
                                 "MREMAP_MAYMOVE|MREMAP_FIXED|MREMAP_DONTUNMAP, 0x50000)\n",
                             "7.3");
    EXPECT_EQ(vma_of(now, 1, 0x30000).range.pgoff.n, 0x30u);
    EXPECT_EQ(vm_pgoff(vma_of(now, 1, 0x30000).range).n, 5u);
    EXPECT_EQ(vma_of(now, 1, 0x50000).range.pgoff.n, 0x12u);
    EXPECT_EQ(vm_pgoff(vma_of(now, 1, 0x50000).range).n, 5u);
}

TEST(Rules, FilesMergeWhereBothOffsetsRunOn) {
    const std::string moved = two_of_a_file +
                              "1 store(0x12000, 0x2000, 0x11)\n"
                              "1 mremap(0x12000, 0x2000, 0x2000, MREMAP_MAYMOVE|MREMAP_FIXED, 0x40000)\n"
                              "1 mmap(0x42000, 0x1000, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_FIXED, 3, 0x7000)\n";
    EXPECT_EQ(vma_of(after(moved, "7.2"), 1, 0x40000).range.end, vpn(0x43000));
    EXPECT_EQ(vma_of(after(moved, "7.3"), 1, 0x40000).range.end, vpn(0x42000));
    const std::string home = two_of_a_file +
                             "1 store(0x12000, 0x2000, 0x11)\n"
                             "1 mmap(0x14000, 0x1000, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_FIXED, 3, 0x7000)\n";
    for (const KernelVersion& v : kernel_versions())
        EXPECT_EQ(vma_of(after(home, v.name), 1, 0x12000).range.end, vpn(0x15000)) << v.name;
}

// T20: merged after being skipped, then written.
const std::string skipped_then_merged =
    "1 mmap(0x10000, 0x2000, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_FIXED|MAP_ANONYMOUS, -1, 0)\n"
    "1 store(0x10000, 0x1000, 0x11)\n1 madvise(0x10000, 0x2000, MADV_MERGEABLE)\n* ksmd(6)\n"
    "1 store(0x11000, 0x1000, 0x11)\n* ksmd(6)\n";

TEST(Rules, ListedItemsAreNeverSkipped) {
    for (const char* version : {"7.2", "7.3"}) {
        Kernel k = after(skipped_then_merged, version);
        ASSERT_EQ(k.ksm.stable.size(), 1u);
        const std::uint64_t before = k.ksm.pages_skipped;
        for (int i = 0; i < 3; ++i) play_text(k, "1 store(0x10000, 0x1000, 0x22)\n* ksmd(1)\n");
        EXPECT_EQ(k.ksm.pages_skipped > before, std::string(version) == "7.2") << version;
    }
}

TEST(Rules, UnlistingStartsTheScanAnew) {
    const Kernel k = after(skipped_then_merged + "1 store(0x10000, 0x1000, 0x22)\n* ksmd(1)\n", "7.3");
    k.items.each([&](Id<RmapItem>, const RmapItem& i) {
        if (i.page == vpn(0x10000)) {
            EXPECT_EQ(age(i), 0);
            EXPECT_EQ(remaining_skips(i), 0);
        }
    });
}

// Only a kernel that cleared what it unlists, and not what it lists, could be told from one that does neither.
TEST(Rules, UnlistingClears) {
    Config config;
    config.rules = find_version("6.18")->rules;
    config.layout.name = "of a test";
    config.layout.guarded = config.layout.cleared = true;
    Kernel k = boot(config);
    play_text(k, skipped_then_merged + "1 store(0x10000, 0x1000, 0x22)\n* ksmd(1)\n");
    k.items.each([&](Id<RmapItem>, const RmapItem& i) {
        if (i.page == vpn(0x10000)) {
            EXPECT_EQ(age(i), 0);
        }
    });
}

// The walk would come to process 1 before it meets the VMA that is locked.
TEST(Rules, AMlockedPageIsNotReclaimed) {
    Kernel k =
        after(three_written + "1 fork() = 2\n2 mprotect(0x10000, 0x1000, PROT_READ)\n2 mlock(0x10000, 0x1000)\n");
    ASSERT_EQ(folio_of(k, 1, 0x10000).mapcount, 2u);
    play_text(k, "* swap_out(1, 0x10000)\n* swap_out(1, 0x11000)\n");
    EXPECT_EQ(folio_of(k, 1, 0x10000).mapcount, 2u);
    play_text(k, "2 munlock(0x10000, 0x1000)\n* swap_out(1, 0x10000)\n");
    EXPECT_EQ(k.ptes[pte_at(k, find_process(k, 1), vpn(0x10000))].kind, Pte::Kind::swap);
}

TEST(Rules, UnmappingCounts) {
    const Kernel k = after(three_written + "1 fork() = 2\n2 munmap(0x10000, 0x1000)\n");
    EXPECT_EQ(folio_of(k, 1, 0x10000).mapcount, 1u);
    EXPECT_EQ(folio_of(k, 1, 0x11000).mapcount, 2u);
}

TEST(Rules, AMergeHoldsTheAnonVma) {
    const Kernel k = after(three_merged);
    EXPECT_EQ(k.anon_vmas[vma_of(k, 1, 0x10000).anon_vma].refcount, 1u + 3u);
}

} // namespace
} // namespace model
