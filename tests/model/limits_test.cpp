// Text that asks for too much: it ends with one line, and scans that only repeat themselves cost nothing.
#include "model/limits.h"

#include <gtest/gtest.h>

#include "checker/search/random/sequence.h"
#include "model/canonical.h"
#include "model/ksm.h"
#include "model/trace/trace.h"

namespace model {
namespace {

const std::string head = "# rmapcheck trace 1\n";
const std::string huge =
    "1 mmap(0x10000, 0x10000000000, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0)\n";

// What playing it says is wrong, with few pages allowed.
std::string refused(const std::string& lines) {
    Config config;
    config.limit_pages = 1000;
    try {
        require_playable(read_trace(head + lines, "t"), config);
    } catch (const AsksTooMuch& e) {
        return e.what();
    }
    return "";
}

TEST(Limits, ALineThatAsksForTooManyPagesIsNamed) {
    const std::string pages = "more than 1000 page-table entries (--limit-pages N allows more, and takes the memory)";
    EXPECT_EQ(refused(huge + "1 store(0x10000, 0x10000000000, 0x77)\n"), "t:3:1: " + pages);
    EXPECT_EQ(refused(huge + "1 load(0x10000, 0x10000000000)\n"), "t:3:1: " + pages);
    EXPECT_EQ(refused(huge + "1 mlock(0x10000, 0x10000000000)\n"), "t:3:1: " + pages);
    EXPECT_EQ(refused(huge + "1 madvise(0x10000, 0x10000000000, MADV_POPULATE_WRITE)\n"), "t:3:1: " + pages);
    EXPECT_EQ(
        refused("1 mmap(0x10000, 0x10000000000, PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED|MAP_POPULATE, -1, "
                "0)\n"),
        "t:2:1: " + pages);
    EXPECT_EQ(refused(huge + "1 store(0x10000, 1000 , 0x77)\n1 munmap(0x10000, 0x10000000000)\n"), "");
}

TEST(Limits, ForksOfForksEnd) {
    std::string text = huge + "1 store(0x10000, 0x1000, 0x77)\n";
    for (int i = 2; i < 100; ++i)
        text += std::to_string(i - 1) + " fork() = " + std::to_string(i) + "\n" + std::to_string(i) +
                " store(0x10000, 0x1000, 0x77)\n";
    EXPECT_NE(refused(text).find("more than 1000 anon_vma_chains"), std::string::npos) << refused(text);
}

TEST(Limits, TheTimeIsAskedBeforeEachStepAndEachPass) {
    static int asked = 0;
    asked = 0;
    Config config;
    config.out_of_time = [] { return ++asked > 20; };
    try {
        require_playable(read_trace(head + huge + "1 madvise(0x10000, 0x2000, MADV_MERGEABLE)\n* ksmd(1000)\n", "t"),
                         config);
        FAIL() << "it ended";
    } catch (const CannotTell& e) {
        EXPECT_STREQ(e.what(), "t:4:1: the time is over (--limit-seconds N)");
    }
    EXPECT_EQ(asked, 21);
}

// Any number of scans does what so many scans do, and costs what few cost.
TEST(Scans, ManyAreTheSameAsOneByOne) {
    checker::DrawScope scope;
    scope.length = 25;
    unsigned merged_pages = 0;
    for (std::uint64_t run = 0; run < 30; ++run) {
        SCOPED_TRACE(run);
        checker::Sequence sequence(3, run, scope);
        Config config;
        config.smart_scan = run % 2;
        Kernel k = boot(config);
        while (auto step = sequence.next(k)) play(k, *step);
        Kernel one_by_one = k;
        constexpr std::uint64_t scans = 6000; // a round is at most 9 passes times 256
        for (std::uint64_t n = 0; n < scans && one_by_one.ksm.slots_first; ++n) ksm_full_scan(one_by_one);
        play(k, {0, Ksmd{{scans}}, {}, 0});
        ASSERT_TRUE(same(k, one_by_one));
        const KsmCounters a = ksm_counters(k), b = ksm_counters(one_by_one);
        ASSERT_EQ(a.full_scans, b.full_scans);
        ASSERT_EQ(a.pages_skipped, b.pages_skipped);
        ASSERT_EQ(a.pages_unshared, b.pages_unshared);
        k.items.each([&](Id<RmapItem> id, const RmapItem& i) { ASSERT_EQ(i.seqnr, one_by_one.items[id].seqnr); });
        merged_pages += a.pages_sharing > 0;
        play(k, {0, Ksmd{{UINT64_MAX - scans}}, {}, 0}); // ends
    }
    EXPECT_GT(merged_pages, 5u);
}

} // namespace
} // namespace model
