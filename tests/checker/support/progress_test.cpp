#include "checker/support/progress.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>

namespace checker {
namespace {

TEST(HowFarItIs, HasRateAndTimeLeftOnceThereIsARate) {
    Meter m;
    EXPECT_EQ(m.text({"corpus", 0, 300, "traces"}, 100), "corpus: 0 of 300 traces");
    EXPECT_EQ(m.text({"corpus", 1, 300, "traces"}, 100.1), "corpus: 1 of 300 traces");
    EXPECT_EQ(m.text({"corpus", 100, 300, "traces", -1, "x.trace"}, 110),
              "corpus: 100 of 300 traces, 10 a second, 20 s left; x.trace");
    EXPECT_EQ(m.text({"corpus", 300, 300, "traces"}, 130), "corpus: 300 of 300 traces, 10 a second, 0 s left");
}

TEST(HowFarItIs, TheLimitOfTimeCountsIfItIsFirst) {
    Meter m;
    EXPECT_EQ(m.text({"check", 0, 0, "runs", 60}, 0), "check: 0 runs, 60 s left");
    EXPECT_EQ(m.text({"check", 30, 0, "runs", 50}, 10), "check: 30 runs, 3.0 a second, 50 s left");
    EXPECT_EQ(m.text({"check", 30, 60, "runs", 50}, 10), "check: 30 of 60 runs, 3.0 a second, 10 s left");
    EXPECT_EQ(m.text({"check", 30, 6000, "runs", 50}, 10), "check: 30 of 6000 runs, 3.0 a second, 50 s left");
}

TEST(HowFarItIs, EachThingHasItsOwnStart) {
    Meter m;
    m.text({"depth 1", 0, 10}, 0);
    m.text({"depth 2", 0, 100}, 100);
    EXPECT_EQ(m.text({"depth 2", 50, 100}, 105), "depth 2: 50 of 100, 10 a second, 5 s left");
    EXPECT_EQ(m.text({"depth 1", 5, 10}, 10), "depth 1: 5 of 10, 0.5 a second, 10 s left");
    EXPECT_EQ(m.text({"depth 2", 0, 100}, 200), "depth 2: 0 of 100"); // again from the start
    EXPECT_EQ(m.text({"depth 2", 20, 100}, 210), "depth 2: 20 of 100, 2.0 a second, 40 s left");
}

TEST(HowFarItIs, TimesAreReadable) {
    EXPECT_EQ(duration_text(-3), "0 s");
    EXPECT_EQ(duration_text(99.4), "99 s");
    EXPECT_EQ(duration_text(119), "2 min");
    EXPECT_EQ(duration_text(99 * 60), "99 min");
    EXPECT_EQ(duration_text(12000), "3 h 20 min");
}

TEST(LineCounts, AFileThatGrowsIsReadOnce) {
    const std::string path = testing::TempDir() + "growing";
    std::remove(path.c_str());
    LineCount count(path, "  CC ");
    EXPECT_EQ(count.now(), 0u); // it is not there yet
    std::ofstream file(path);
    file << "  CC  a.o\n  LD  b\n  CC" << std::flush;
    EXPECT_EQ(count.now(), 1u);
    file << "  c.o\n  CC  d.o" << std::flush;
    EXPECT_EQ(count.now(), 2u);
    EXPECT_EQ(count.now(), 2u);
    file << "\n" << std::flush;
    EXPECT_EQ(count.now(), 3u);
    std::remove(path.c_str());
}

} // namespace
} // namespace checker
