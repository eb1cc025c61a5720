// One test for each rule of operations in flight that tests/mutants breaks.
#include <gtest/gtest.h>

#include "model/ksm.h"
#include "model/locks.h"
#include "tests/model/rules.h"

namespace model {
namespace {

using namespace rules_test;

const std::string shared_and_merged =
    "1 mmap(0x10000, 0x2000, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_FIXED|MAP_ANONYMOUS, -1, 0)\n"
    "1 store(0x10000, 0x2000, 0x11)\n"
    "1 fork() = 2\n"
    "1 madvise(0x10000, 0x2000, MADV_MERGEABLE)\n";

bool waits(Kernel& k, const char* line) {
    try {
        play(k, read_step(line, "test"));
        return false;
    } catch (const WouldWait&) {
        return true;
    }
}

TEST(Rules, AFaultWaitsForAMigration) {
    Kernel k = after(shared_and_merged + "* begin m = migrate(1, 0x11000)\n* advance m\n* advance m\n");
    EXPECT_TRUE(waits(k, "2 load(0x11000, 0x1000)"));
    EXPECT_FALSE(waits(k, "2 load(0x10000, 0x1000)"));
}

TEST(Rules, AnMremapInFlightHoldsTheMmapLock) {
    Kernel k = after(shared_and_merged +
                     "2 begin v = mremap(0x11000, 0x1000, 0x1000, MREMAP_MAYMOVE|MREMAP_FIXED, 0x40000)\n");
    EXPECT_TRUE(waits(k, "2 load(0x10000, 0x1000)"));
    EXPECT_FALSE(waits(k, "1 load(0x10000, 0x1000)"));
}

TEST(Rules, AWalkHoldsTheAnonVmaWithinALoop) {
    Kernel k = after(shared_and_merged + "* begin m = migrate(1, 0x11000)\n* advance m\n");
    EXPECT_TRUE(waits(k, "2 munmap(0x10000, 0x1000)"));
    EXPECT_FALSE(waits(k, "2 store(0x10000, 0x1000, 0x1)"));
}

const Scanning& scan_of(const Kernel& k) { return std::get<Scanning>(k.flights.front().what); }

TEST(Rules, AMergedItemIsInNoListForAMoment) {
    const Kernel k = after(shared_and_merged + "* ksmd(1)\n* begin s = ksmd(1)\n* advance s\n* advance s\n");
    EXPECT_EQ(scan_of(k).point, Scanning::Point::unlisted);
    EXPECT_EQ(folio_of(k, 1, 0x11000).mapping, Folio::Mapping::ksm);
    EXPECT_EQ(k.nodes.live_count(), 0u);
}

TEST(Rules, WhatIsInHandDoesNotMigrate) {
    Kernel k = after(shared_and_merged +
                     "* ksmd(2)\n1 store(0x11000, 0x1000, 0x1)\n* begin s = ksmd(1)\n* advance s\n* advance s\n");
    EXPECT_EQ(scan_of(k).point, Scanning::Point::aged);
    EXPECT_EQ(play(k, read_step("* migrate(1, 0x11000)", "test")).error, Errno::eagain);
}

const std::string listed_and_written =
    shared_and_merged + "* ksmd(2)\n1 store(0x11000, 0x1000, 0x1)\n* begin s = ksmd(1)\n* advance s\n* advance s\n";

TEST(Rules, AListedItemIsAgedBeforeItGoes) {
    const Kernel k = after(listed_and_written);
    EXPECT_EQ(scan_of(k).point, Scanning::Point::aged);
    EXPECT_EQ(k.items[scan_of(k).hand.item].state, RmapItem::State::stable);
}

TEST(Rules, AListedItemKeepsItsWord) {
    const Kernel k = after(listed_and_written, "7.3");
    ASSERT_EQ(scan_of(k).point, Scanning::Point::aged);
    EXPECT_EQ(k.items[scan_of(k).hand.item].scan_word, 0u);
    const Kernel before = after(listed_and_written, "6.18");
    EXPECT_NE(before.items[scan_of(before).hand.item].scan_word, 0u);
}

TEST(Rules, AMigrationEntryThatIsLeftIsNoticed) {
    const Kernel k = after(shared_and_merged +
                           "* ksmd(2)\n* begin m = migrate(1, 0x11000)\n* advance m\n* advance m\n* advance m\n"
                           "2 mremap(0x11000, 0x1000, 0x1000, MREMAP_MAYMOVE|MREMAP_FIXED, 0x40000)\n* finish m = 0\n");
    EXPECT_EQ(stale_entries(k).size(), 1u);
}

} // namespace
} // namespace model
