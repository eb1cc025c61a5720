#include "checker/commands/progress.h"

#include <gtest/gtest.h>

#include <thread>

namespace checker {
namespace {

using Manner = ProgressLine::Manner;

TEST(Progress, IsOneLineWithoutControlCharactersAndGoneInTheEnd) {
    testing::internal::CaptureStderr();
    {
        ProgressLine line(Manner::written_over);
        line.say("first");
        line.say("\x1b[31m.trace\r");
    }
    EXPECT_EQ(testing::internal::GetCapturedStderr(), "\r\x1b[Kfirst\r\x1b[K\\x1b[31m.trace\\x0d\r\x1b[K");
}

TEST(Progress, SaysNothingWhereNobodyLooks) {
    testing::internal::CaptureStderr();
    {
        ProgressLine line(Manner::hidden);
        line.say("first");
        line.tell({"x", 1, 2});
        EXPECT_FALSE(line.counter("x"));
        EXPECT_FALSE(line.teller());
        line.wipe();
    }
    EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
    Shared shared;
    shared.quiet = true;
    EXPECT_FALSE(progress_lines(shared));
}

TEST(Progress, ACounterDoesNotWriteALineForEachStep) {
    testing::internal::CaptureStderr();
    {
        ProgressLine line(Manner::written_over);
        const auto count = line.counter("x.trace");
        for (std::uint64_t n = 0; n < 1000; ++n) count(n, 1000);
    }
    const std::string written = testing::internal::GetCapturedStderr();
    EXPECT_EQ(written.find("\r\x1b[Kx.trace: 0 of 1000"), 0u);
    EXPECT_LT(written.size(), 2000u);
}

TEST(Progress, WithoutATerminalAShortRunSaysNothingAndThereIsNothingToWipe) {
    testing::internal::CaptureStderr();
    {
        ProgressLine line(Manner::added);
        EXPECT_FALSE(line);
        const auto count = line.counter("x.trace");
        for (std::uint64_t n = 0; n < 1000; ++n) count(n, 1000);
        line.say("first");
    }
    EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
}

TEST(Progress, LinesOfOthersAreMadeVisibleAndStandAboveTheLine) {
    testing::internal::CaptureStderr();
    {
        ProgressLine line(Manner::written_over);
        line.teller()({"building", 3, 0, "files"});
        progress_lines({}, &line)("copying \x1b]0;x\a");
    }
    EXPECT_EQ(testing::internal::GetCapturedStderr(), "\r\x1b[Kbuilding: 3 files\r\x1b[Kcopying \\x1b]0;x\\x07\n");
}

} // namespace
} // namespace checker
