// The log of a guest whose only program is one that was compiled for it.
#include "checker/kernels/guest/program.h"

#include <gtest/gtest.h>

#include "checker/kernels/guest/boot.h"

namespace checker::kernels::guest {
namespace {

TEST(ProgramInGuest, WhatItSaysIsBehindItsStart) {
    const ProgramRun r =
        read_program_log("Memory: much\r\nRun /init as init process\r\n  page 1: LOST\r\nexit 1\r\nreboot\n");
    EXPECT_EQ(r.said, "  page 1: LOST\nexit 1\n");
    EXPECT_EQ(r.exit, 1);
    EXPECT_EQ(r.not_run, "");
}

TEST(ProgramInGuest, MayEndWithoutAWord) {
    const ProgramRun r = read_program_log("Run /init as init process\nexit one\nKernel panic\n");
    EXPECT_EQ(r.exit, std::nullopt);
    EXPECT_EQ(r.said, "exit one\nKernel panic\n");
}

TEST(ProgramInGuest, MayNotBeReached) { EXPECT_NE(read_program_log("Kernel panic\n").not_run, ""); }

TEST(ProgramInGuest, IsTheFirstAndLastInItsFileSystem) {
    const std::string initrd = initrd_of("bytes");
    EXPECT_EQ(initrd.size() % 4, 0u);
    EXPECT_EQ(initrd.substr(0, 6), "070701");
    EXPECT_NE(initrd.find("TRAILER!!!"), std::string::npos);
}

} // namespace
} // namespace checker::kernels::guest
