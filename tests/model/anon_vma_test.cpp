// The life of an anon_vma, event by event: its counts, the order of chains, and reuse by fork.
#include "model/anon_vma.h"

#include <gtest/gtest.h>

#include <vector>

#include "model/address_space.h"
#include "model/invariants.h"
#include "model/process.h"
#include "tests/model/play_text.h"

namespace model {
namespace {

constexpr const char* map_two =
    "1 mmap(0x10000, 0x2000, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0)\n";

const Vma& vma_of(const Kernel& k, Pid pid, std::uint64_t addr = 0x10000) {
    return k.vmas[vma_at(k, find_process(k, pid), vpn(addr))];
}
Id<AnonVma> own(const Kernel& k, Pid pid, std::uint64_t addr = 0x10000) { return vma_of(k, pid, addr).anon_vma; }

std::vector<Id<AnonVma>> chain(const Kernel& k, Pid pid, std::uint64_t addr = 0x10000) {
    std::vector<Id<AnonVma>> anon_vmas;
    for (Id<Avc> a = vma_of(k, pid, addr).chain; a; a = k.avcs[a].next) anon_vmas.push_back(k.avcs[a].anon_vma);
    return anon_vmas;
}

void expect_counts(const Kernel& k, Id<AnonVma> id, std::uint32_t refcount, std::uint32_t children,
                   std::uint32_t active) {
    const AnonVma& a = k.anon_vmas[id];
    EXPECT_EQ(a.refcount, refcount);
    EXPECT_EQ(a.num_children, children);
    EXPECT_EQ(a.num_active_vmas, active);
    EXPECT_EQ(first_broken_invariant(k), std::nullopt);
}

Kernel written() {
    Kernel k = boot();
    play_text(k, map_two);
    play_text(k, "1 store(0x10000, 0x2000, 0x11)\n");
    return k;
}

TEST(AnonVma, IsMadeAtTheFirstWriteOnly) {
    Kernel k = boot();
    play_text(k, map_two);
    EXPECT_FALSE(own(k, 1));
    play_text(k, "1 load(0x10000, 0x1000)\n");
    EXPECT_FALSE(own(k, 1));
    play_text(k, "1 store(0x10000, 0x1000, 0x11)\n");
    ASSERT_TRUE(own(k, 1));
    EXPECT_EQ(k.anon_vmas[own(k, 1)].root, own(k, 1));
    EXPECT_EQ(k.anon_vmas[own(k, 1)].parent, own(k, 1));
    expect_counts(k, own(k, 1), 1, 1, 1);
}

TEST(AnonVma, OfANeighbourIsOnlyCounted) {
    Kernel k = written();
    play_text(k,
              "1 mmap(0x12000, 0x1000, PROT_READ|PROT_WRITE|PROT_EXEC, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0)\n"
              "1 store(0x12000, 0x1000, 0x11)\n");
    EXPECT_EQ(own(k, 1, 0x12000), own(k, 1));
    expect_counts(k, own(k, 1), 1, 1, 2);
}

TEST(AnonVma, ForkMakesAChildThatHoldsTheRoot) {
    Kernel k = written();
    play_text(k, "1 fork() = 2\n");
    EXPECT_NE(own(k, 2), own(k, 1));
    EXPECT_EQ(k.anon_vmas[own(k, 2)].root, own(k, 1));
    EXPECT_EQ(k.anon_vmas[own(k, 2)].parent, own(k, 1));
    expect_counts(k, own(k, 1), 2, 2, 1);
    expect_counts(k, own(k, 2), 1, 0, 1);
    play_text(k, "2 exit()\n");
    expect_counts(k, own(k, 1), 1, 1, 1);
    EXPECT_EQ(k.anon_vmas.live_count(), 1u);
}

TEST(AnonVma, SplitCountsAVmaMoreAndMergeOneLess) {
    Kernel k = written();
    play_text(k, "1 mprotect(0x11000, 0x1000, PROT_READ)\n");
    EXPECT_EQ(own(k, 1, 0x11000), own(k, 1));
    expect_counts(k, own(k, 1), 1, 1, 2);
    play_text(k, "1 mprotect(0x11000, 0x1000, PROT_READ|PROT_WRITE)\n");
    expect_counts(k, own(k, 1), 1, 1, 1);
}

TEST(AnonVma, GoesWithItsLastVma) {
    Kernel k = written();
    play_text(k, "1 munmap(0x10000, 0x1000)\n");
    expect_counts(k, own(k, 1, 0x11000), 1, 1, 1);
    play_text(k, "1 munmap(0x11000, 0x1000)\n");
    EXPECT_EQ(k.anon_vmas.live_count(), 0u);
    EXPECT_EQ(k.avcs.live_count(), 0u);
}

TEST(AnonVma, IsHeldByRmapItemsWithAnEmptyTree) {
    Kernel k = written();
    play_text(k, "1 madvise(0x10000, 0x2000, MADV_MERGEABLE)\n* ksmd(2)\n");
    const Id<AnonVma> held = own(k, 1);
    expect_counts(k, held, 3, 1, 1); // the tree and two items
    play_text(k, "1 munmap(0x10000, 0x2000)\n");
    EXPECT_TRUE(k.anon_vmas[held].tree.empty());
    expect_counts(k, held, 2, 0, 0);
    play_text(k, "* ksmd(1)\n");
    EXPECT_EQ(k.anon_vmas.live_count(), 0u);
}

TEST(AnonVma, OfAnExitedParentStaysForItsChildren) {
    Kernel k = written();
    const Id<AnonVma> root = own(k, 1);
    play_text(k, "1 fork() = 2\n1 exit()\n");
    EXPECT_EQ(chain(k, 2), (std::vector{own(k, 2), root}));
    expect_counts(k, root, 2, 2, 0); // its tree holds the child's VMA
    play_text(k, "2 exit()\n");
    EXPECT_EQ(k.anon_vmas.live_count(), 0u);
}

TEST(AnonVma, ChainsHaveTheYoungestFirstUntilTheyAreCloned) {
    Kernel k = written();
    play_text(k, "1 fork() = 2\n2 fork() = 3\n");
    EXPECT_EQ(chain(k, 1), (std::vector{own(k, 1)}));
    EXPECT_EQ(chain(k, 2), (std::vector{own(k, 2), own(k, 1)}));
    EXPECT_EQ(chain(k, 3), (std::vector{own(k, 3), own(k, 1), own(k, 2)})); // behind its own, a clone of 2's, reversed
    const auto before = chain(k, 3);
    play_text(k, "3 mprotect(0x10000, 0x1000, PROT_READ)\n"); // the lower part is the VMA that was there
    EXPECT_EQ(chain(k, 3), before);
    EXPECT_EQ(chain(k, 3, 0x11000), (std::vector{before[2], before[1], before[0]}));
    EXPECT_EQ(vma_of(k, 3, 0x11000).chain_len, 3u);
}

TEST(AnonVma, ForkReusesAnAncestorsThatNoVmaCallsItsOwn) {
    Kernel k = written();
    play_text(k, "1 fork() = 2\n2 fork() = 3\n");
    const Id<AnonVma> of_2 = own(k, 2);
    play_text(k, "2 exit()\n3 fork() = 4\n");
    EXPECT_EQ(own(k, 4), of_2);
    const auto parents = chain(k, 3); // a clone: what is reused is not put at the head
    EXPECT_EQ(chain(k, 4), std::vector(parents.rbegin(), parents.rend()));
    expect_counts(k, of_2, 1, 1, 1);
    play_text(k, "3 fork() = 5\n"); // and is not reused twice
    EXPECT_NE(own(k, 5), of_2);
    EXPECT_EQ(vma_of(k, 5).chain_len, 4u);
}

TEST(AnonVma, ForkNeverReusesARootThatHasADescendant) {
    Kernel k = written();
    const Id<AnonVma> root = own(k, 1);
    play_text(k, "1 fork() = 2\n1 exit()\n2 fork() = 3\n");
    EXPECT_NE(own(k, 3), root);
    EXPECT_EQ(vma_of(k, 3).chain_len, 3u);
}

TEST(AnonVma, OfAForkIsNotReusedByANeighbour) {
    Kernel k = written();
    play_text(k,
              "1 fork() = 2\n"
              "2 mmap(0x12000, 0x1000, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0)\n"
              "2 store(0x12000, 0x1000, 0x11)\n");
    EXPECT_NE(own(k, 2, 0x12000), own(k, 2));
    EXPECT_EQ(vma_of(k, 2, 0x12000).chain_len, 1u);
    EXPECT_TRUE(vma_is_fork_child(k, vma_at(k, find_process(k, 2), vpn(0x10000))));
    EXPECT_FALSE(vma_is_fork_child(k, vma_at(k, find_process(k, 2), vpn(0x12000))));
}

} // namespace
} // namespace model
