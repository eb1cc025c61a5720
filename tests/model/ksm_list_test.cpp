// The order of a stable node's rmap_items, as it was read from a running 6.18.44.
#include <gtest/gtest.h>

#include <utility>
#include <vector>

#include "model/ops/page_of.h"
#include "tests/model/play_text.h"

namespace model {
namespace {

using Listed = std::vector<std::pair<Pid, std::uint64_t>>;

Listed items_of(const Kernel& k, Pid pid, std::uint64_t addr) {
    Listed listed;
    const Folio& folio = k.folios[page_of(k, pid, addr)];
    for (Id<RmapItem> i = k.nodes[folio.node].hlist; i; i = k.items[i].next)
        listed.emplace_back(k.mms[k.items[i].mm].pid, address(k.items[i].page));
    return listed;
}

Kernel two_equal_pages() {
    Kernel k = boot();
    play_text(k,
              "1 mmap(0x10000, 0x11000, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0)\n"
              "1 madvise(0x10000, 0x11000, MADV_MERGEABLE)\n"
              "1 store(0x10000, 0x1000, 0x77)\n1 store(0x20000, 0x1000, 0x77)\n"
              "* ksmd(2)\n");
    return k;
}

TEST(KsmList, TheSecondScannedComesFirst) {
    const Kernel k = two_equal_pages();
    EXPECT_EQ(items_of(k, 1, 0x10000), (Listed{{1, 0x20000}, {1, 0x10000}}));
    EXPECT_EQ(k.folios[page_of(k, 1, 0x10000)].index, Pgoff{0x20}); // and is the page that stayed
}

TEST(KsmList, AForksItemsComeBeforeItsParents) {
    Kernel k = two_equal_pages();
    play_text(k, "1 fork() = 2\n");
    EXPECT_EQ(items_of(k, 2, 0x10000).size(), 2u); // fork copies no rmap_item
    play_text(k, "* ksmd(1)\n");
    EXPECT_EQ(items_of(k, 2, 0x10000), (Listed{{2, 0x20000}, {2, 0x10000}, {1, 0x20000}, {1, 0x10000}}));
}

} // namespace
} // namespace model
