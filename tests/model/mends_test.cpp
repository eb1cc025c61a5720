// One test for each piece of model/mends.h: what it changes, and that without it nothing is changed.
#include <gtest/gtest.h>

#include <algorithm>

#include "model/canonical.h"
#include "model/invariants.h"
#include "model/ksm.h"
#include "model/rmap.h"
#include "tests/model/rules.h"

namespace model {
namespace {

using namespace rules_test;

Kernel mended(bool Mends::*piece, const std::string& text, const WalkDriver& drive = {}) {
    Config config;
    if (piece) config.mends.*piece = true;
    config.drive = drive;
    Kernel k = boot(config);
    play_text(k, text);
    EXPECT_EQ(first_broken_invariant(k), std::nullopt);
    return k;
}

const RmapItem& item_at(const Kernel& k, Pid pid, std::uint64_t addr) {
    const auto& items = k.mms[find_process(k, pid)].items;
    return k.items[items.lower_bound(k.items, [&](const RmapItem& i) { return i.page >= vpn(addr); })];
}
std::size_t leads_in(const Kernel& k) {
    std::size_t leads = 0;
    k.items.each([&](Id<RmapItem>, const RmapItem& i) { leads += is_lead(i); });
    return leads;
}
bool is_ksm(const Kernel& k, Pid pid, std::uint64_t addr) {
    return folio_of(k, pid, addr).mapping == Folio::Mapping::ksm;
}

// The page at 0x11000 becomes a KSM page, in the process that is not mergeable as well.
const std::string shared =
    "1 mmap(0x10000, 0x2000, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_FIXED|MAP_ANONYMOUS, -1, 0)\n"
    "1 store(0x10000, 0x2000, 0x11)\n"
    "1 fork() = 2\n";
const std::string merged_by_1 = shared + "1 madvise(0x10000, 0x2000, MADV_MERGEABLE)\n* ksmd(2)\n";
const std::string merged_by_2 = shared + "2 madvise(0x10000, 0x2000, MADV_MERGEABLE)\n* ksmd(2)\n";
const std::string swapped = three_merged + "* swap_out(1, 0x10000)\n";

TEST(Mends, MremapUnsharesWhatNobodyMerges) {
    const std::string moved = merged_by_1 + "2 mremap(0x11000, 0x1000, 0x1000, MREMAP_MAYMOVE|MREMAP_FIXED, 0x40000)\n";
    EXPECT_TRUE(is_ksm(mended(nullptr, moved), 2, 0x40000));
    const Kernel k = mended(&Mends::unshare_always, moved);
    EXPECT_FALSE(is_ksm(k, 2, 0x40000));
    EXPECT_TRUE(is_ksm(k, 1, 0x11000));
    EXPECT_EQ(k.ksm.copied_to_mend, 1u);
}

TEST(Mends, AMetItemIsRefreshed) {
    const std::string back = swapped +
                             "1 mremap(0x10000, 0x1000, 0x1000, MREMAP_MAYMOVE|MREMAP_FIXED, 0x12000)\n"
                             "1 load(0x12000, 0x1000)\n"
                             "* ksmd(1)\n";
    auto index = [](const Kernel& k) {
        const RmapItem& i = item_at(k, 1, 0x12000);
        return linear_page_index(i.merged.range, i.page).n;
    };
    EXPECT_EQ(index(mended(nullptr, back)), 0x12u);
    EXPECT_EQ(index(mended(&Mends::refresh_met_item, back)), 0x10u);
}

TEST(Mends, AnUpgradedPagesItemHoldsTheRoot) {
    auto held = [](const Kernel& k) {
        const Id<AnonVma> own = vma_of(k, 2, 0x11000).anon_vma;
        return item_at(k, 2, 0x11000).anon_vma == own                     ? 'o'
               : item_at(k, 2, 0x11000).anon_vma == k.anon_vmas[own].root ? 'r'
                                                                          : '?';
    };
    EXPECT_EQ(held(mended(nullptr, merged_by_2)), 'o');
    const Kernel k = mended(&Mends::root_anon_vma, merged_by_2);
    EXPECT_EQ(held(k), 'r');
    EXPECT_EQ(item_at(k, 2, 0x10000).anon_vma, vma_of(k, 2, 0x10000).anon_vma); // which was replaced, not upgraded
}

TEST(Mends, SwapInMakesAnItem) {
    const std::string back = swapped + "* ksmd(1)\n1 load(0x10000, 0x1000)\n";
    EXPECT_EQ(items_of(mended(nullptr, back), 1), 0u);
    const Kernel k = mended(&Mends::item_at_swap_in, back);
    ASSERT_EQ(items_of(k, 1), 1u);
    EXPECT_EQ(item_at(k, 1, 0x10000).state, RmapItem::State::stable);
    EXPECT_TRUE(is_ksm(k, 1, 0x10000));
}

TEST(Mends, SwapInCopies) {
    const std::string back = swapped + "1 load(0x10000, 0x1000)\n";
    EXPECT_TRUE(is_ksm(mended(nullptr, back), 1, 0x10000));
    const Kernel k = mended(&Mends::copy_at_swap_in, back);
    EXPECT_FALSE(is_ksm(k, 1, 0x10000));
    EXPECT_EQ(k.ksm.copied_to_mend, 1u);
}

TEST(Mends, SwapInCopiesWhereNobodyMerges) {
    const std::string unmerged = swapped + "1 madvise(0x10000, 0x1000, MADV_UNMERGEABLE)\n1 load(0x10000, 0x3000)\n";
    EXPECT_TRUE(is_ksm(mended(nullptr, unmerged), 1, 0x10000));
    const Kernel k = mended(&Mends::copy_where_not_mergeable, unmerged);
    EXPECT_FALSE(is_ksm(k, 1, 0x10000));
    EXPECT_TRUE(is_ksm(k, 1, 0x11000));
}

TEST(Mends, AReapedNodeIsForgotten) {
    const std::string reaped = three_merged + "1 store(0x10000, 0x3000, 0x22)\n* ksmd(1)\n";
    EXPECT_TRUE(item_at(mended(nullptr, reaped), 1, 0x12000).head);
    const Kernel k = mended(&Mends::reset_reaped_head, reaped);
    for (std::uint64_t addr : {0x10000u, 0x11000u, 0x12000u}) EXPECT_FALSE(item_at(k, 1, addr).head) << addr;
}

TEST(Mends, MremapReadsSwappedKsmPagesBack) {
    const std::string moved = swapped + "1 mremap(0x10000, 0x1000, 0x1000, MREMAP_MAYMOVE|MREMAP_FIXED, 0x20000)\n";
    EXPECT_EQ(pte_of(mended(nullptr, moved), 1, 0x20000).kind, Pte::Kind::swap);
    const Kernel k = mended(&Mends::read_back_swap, moved);
    ASSERT_EQ(pte_of(k, 1, 0x20000).kind, Pte::Kind::present);
    EXPECT_FALSE(is_ksm(k, 1, 0x20000));
    EXPECT_EQ(pte_of(k, 1, 0x11000).kind, Pte::Kind::swap); // which was not moved
}

// A walk that finds nothing at first, and everything at its second question.
TreeQuery nothing_then_everything(const void*, const Kernel&, const RmapItem& item, unsigned ask) {
    return ask ? every_pgoff(item) : TreeQuery{};
}

TEST(Mends, MigrationEntriesAreCounted) {
    const WalkDriver in_two_steps{nullptr, nothing_then_everything, 2};
    const std::string migrated = three_merged + "* migrate(1, 0x10000) = 0\n";
    EXPECT_TRUE(mended(nullptr, migrated, in_two_steps).stale);
    const Kernel k = mended(&Mends::count_migration, migrated, in_two_steps);
    EXPECT_FALSE(k.stale);
    EXPECT_EQ(folio_of(k, 1, 0x12000).mapcount, 3u);
}

TEST(Mends, WhatNothingMapsIsAskedEverything) {
    const WalkDriver own_places{nullptr, nothing_then_everything, 2, true};
    const std::string migrated = three_merged + "* migrate(1, 0x10000) = 0\n";
    bool Mends::*const none = nullptr;
    for (bool Mends::*piece : {none, &Mends::count_migration}) {
        const Kernel k = mended(piece, migrated, own_places);
        EXPECT_FALSE(k.stale);
        EXPECT_EQ(folio_of(k, 1, 0x12000).mapcount, 3u);
    }
}

TEST(Mends, AnItemThatGoesLeavesItsLead) {
    const std::string gone = three_merged + "1 store(0x10000, 0x1000, 0x22)\n* ksmd(1)\n";
    EXPECT_EQ(leads_in(mended(nullptr, gone)), 0u);
    const Kernel k = mended(&Mends::leave_leads, gone);
    ASSERT_EQ(leads_in(k), 1u);
    k.items.each([&](Id<RmapItem>, const RmapItem& i) {
        if (!is_lead(i)) return;
        EXPECT_EQ(linear_page_index(i.merged.range, i.page).n, 0x10u);
        EXPECT_EQ(i.anon_vma, vma_of(k, 1, 0x10000).anon_vma);
    });
    EXPECT_EQ(k.nodes[folio_of(k, 1, 0x11000).node].rmap_hlist_len, 2);
    // Merged there again and gone again, it leaves no second one; and with the page, leads go.
    const std::string again =
        gone + "1 store(0x10000, 0x1000, 0x11)\n* ksmd(2)\n1 store(0x10000, 0x1000, 0x22)\n* ksmd(1)\n";
    EXPECT_EQ(leads_in(mended(&Mends::leave_leads, again)), 1u);
    EXPECT_EQ(leads_in(mended(&Mends::leave_leads, gone + "1 store(0x10000, 0x3000, 0x22)\n* ksmd(1)\n")), 0u);
}

TEST(Mends, OnlyALonePageIsUpgraded) {
    EXPECT_TRUE(is_ksm(mended(nullptr, merged_by_1), 1, 0x11000));
    const Kernel k = mended(&Mends::upgrade_alone, merged_by_1 + "* ksmd(3)\n");
    EXPECT_FALSE(is_ksm(k, 1, 0x11000) || is_ksm(k, 1, 0x10000));
    EXPECT_TRUE(is_ksm(mended(&Mends::upgrade_alone, three_merged), 1, 0x11000));
}

TEST(Mends, ForkCopiesKsmPages) {
    EXPECT_TRUE(is_ksm(mended(nullptr, three_merged + "1 fork() = 2\n"), 2, 0x10000));
    const Kernel k = mended(&Mends::unshare_at_fork, three_merged + "1 fork() = 2\n");
    EXPECT_FALSE(is_ksm(k, 2, 0x10000));
    EXPECT_EQ(folio_of(k, 2, 0x10000).byte, 0x11);
    EXPECT_EQ(folio_of(k, 2, 0x10000).anon_vma, vma_of(k, 2, 0x10000).anon_vma);
    EXPECT_EQ(k.ksm.copied_to_mend, 3u);
}

// A set of pieces is told from another by what it does, and by nothing else.
TEST(Mends, MachinesDifferInWhatTheyDo) {
    for (const MendName& m : mend_names)
        EXPECT_EQ(canonical(mended(m.field, three_written)), canonical(mended(nullptr, three_written))) << m.name;
    const std::string back = swapped + "1 load(0x10000, 0x1000)\n";
    EXPECT_NE(canonical(mended(&Mends::copy_at_swap_in, back)), canonical(mended(nullptr, back)));
    const std::string gone = three_merged + "1 store(0x10000, 0x1000, 0x22)\n* ksmd(1)\n";
    EXPECT_NE(canonical(mended(&Mends::leave_leads, gone)), canonical(mended(nullptr, gone)));
}

TEST(Mends, HaveNames) {
    EXPECT_EQ(find_mend("no-such-piece"), nullptr);
    Mends two;
    two.copy_at_swap_in = two.unshare_always = true;
    EXPECT_EQ(to_text(two), "unshare-always,copy-at-swap-in");
    EXPECT_EQ(with_mends({"x"}, two), (std::vector<std::string>{"x", "--mend", "unshare-always,copy-at-swap-in"}));
    EXPECT_EQ(with_mends({"x"}, {}), std::vector<std::string>{"x"});
}

} // namespace
} // namespace model
