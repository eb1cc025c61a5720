// One test for each rule that tests/mutants breaks: the shortest story in which it can be told from its opposite.
#include <gtest/gtest.h>

#include "model/address_space.h"
#include "model/page_table.h"
#include "model/process.h"
#include "tests/model/play_text.h"

namespace model {
namespace {

Kernel after(const std::string& text, std::string_view version = default_version().name) {
    Config config;
    config.rules = find_version(version)->rules;
    Kernel k = boot(config);
    play_text(k, text);
    return k;
}

const Vma& vma_of(const Kernel& k, Pid pid, std::uint64_t addr) {
    return k.vmas[vma_at(k, find_process(k, pid), vpn(addr))];
}
const Pte& pte_of(const Kernel& k, Pid pid, std::uint64_t addr) {
    return k.ptes[pte_at(k, find_process(k, pid), vpn(addr))];
}
const Folio& folio_of(const Kernel& k, Pid pid, std::uint64_t addr) { return k.folios[pte_of(k, pid, addr).folio]; }

std::size_t items_of(const Kernel& k, Pid pid) {
    std::size_t count = 0;
    k.items.each([&](Id<RmapItem>, const RmapItem& i) { count += k.mms[i.mm].pid == pid; });
    return count;
}

const std::string three_written =
    "1 mmap(0x10000, 0x3000, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_FIXED|MAP_ANONYMOUS, -1, 0)\n"
    "1 store(0x10000, 0x3000, 0x11)\n";
const std::string three_merged = three_written + "1 madvise(0x10000, 0x3000, MADV_MERGEABLE)\n* ksmd(2)\n";

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
