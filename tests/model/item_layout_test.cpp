// What a layout of rmap_items does to the scanner: a guard against aging what is listed, and words that are cleared.
#include <gtest/gtest.h>

#include "model/ksm.h"
#include "model/ops.h"
#include "model/trace/trace.h"

namespace model {
namespace {

// On a kernel that does neither by itself.
Kernel played(const ItemLayout& layout, const std::string& text) {
    Config config;
    config.rules = find_version("6.18")->rules;
    config.layout = layout;
    Kernel k = boot(config);
    for (const Step& step : read_trace("# rmapcheck trace 1\n" + text, "t").steps) play(k, step);
    return k;
}

const RmapItem& first_item(const Kernel& k) { return k.items[k.mms[find_process(k, 1)].items.first(k.items)]; }

std::uint64_t linear(const MergeRecord& r, Vpn page) { return linear_page_index(r.range, page).n; }

ItemLayout layout(bool in_union, bool guarded, bool cleared) {
    ItemLayout l;
    l.name = "of a test";
    l.in_union = in_union ? linear : nullptr;
    l.guarded = guarded;
    l.cleared = cleared;
    return l;
}

// The first page is old enough to be skipped when it is merged with the second.
const std::string merged =
    "1 mmap(0x10000, 0x2000, 3, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0)\n"
    "1 madvise(0x10000, 0x2000, MADV_MERGEABLE)\n"
    "1 store(0x10000, 0x1000, 0x11)\n"
    "* ksmd(4)\n"
    "1 store(0x11000, 0x1000, 0x11)\n"
    "* ksmd(3)\n";
const std::string then_written = merged + "1 store(0x10000, 0x1000, 0x22)\n* ksmd(1)\n";

TEST(ItemLayout, UnionHoldsWhatIsRecorded) {
    const Kernel k = played(layout(true, false, false), merged);
    ASSERT_EQ(first_item(k).state, RmapItem::State::stable);
    EXPECT_EQ(first_item(k).scan_word, 0x10u);
    EXPECT_NE(first_item(played({}, merged)).scan_word, 0x10u);
}

TEST(ItemLayout, GuardKeepsAStableItemFromBeingAged) {
    const auto aged = [](bool guarded) {
        Kernel k = played(layout(true, guarded, false), merged);
        play(k, read_trace("# rmapcheck trace 1\n1 store(0x10000, 0x1000, 0x22)\n", "t").steps.front());
        const std::uint64_t skipped = k.ksm.pages_skipped;
        ksm_full_scan(k);
        return std::pair(age(first_item(k)), k.ksm.pages_skipped - skipped);
    };
    EXPECT_EQ(aged(false), (std::pair<std::uint8_t, std::uint64_t>(1, 0))); // a byte of the offset, counted up
    EXPECT_EQ(aged(true), (std::pair<std::uint8_t, std::uint64_t>(0, 0)));
    const auto skipped = [](bool guarded) {
        return played(layout(false, guarded, false), then_written).ksm.pages_skipped -
               played(layout(false, guarded, false), merged).ksm.pages_skipped;
    };
    EXPECT_EQ(skipped(false), 1u);
    EXPECT_EQ(skipped(true), 0u);
}

TEST(ItemLayout, UnlistingClears) {
    EXPECT_GE(age(first_item(played(layout(false, true, false), then_written))), 3u);
    EXPECT_EQ(age(first_item(played(layout(false, true, true), then_written))), 0u);
}

} // namespace
} // namespace model
