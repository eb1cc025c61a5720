// Logs of strace in, traces out: what is kept, what is left out and said to be, and in what order things happened.
#include "model/trace/import/strace.h"

#include <algorithm>
#include <random>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model/trace/import/strace_log.h"
#include "tests/tried.h"

namespace model {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

const ImportOptions plain{.touch = 0, .final_scans = 0, .walks = 0};

std::vector<std::string> lines_of(const ImportResult& r) {
    std::vector<std::string> lines;
    for (const Step& s : r.trace.steps) lines.push_back(to_text(s));
    return lines;
}

std::vector<std::string> imported(const std::string& log, const ImportOptions& options = plain) {
    return lines_of(import_strace(log, "log", options));
}

const std::string rw = ", PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = ";

TEST(Strace, KeepsCallsWithTheirResults) {
    EXPECT_THAT(
        imported("100 execve(\"/bin/x\", [\"x\", \"a, b)\"], 0x7ff /* 3 vars */) = 0\n"
                 "100 brk(NULL) = 0x5000\n"
                 "100 brk(0x7000) = 0x7000\n"
                 "100 mmap(NULL, 8192" +
                 rw +
                 "0x7f0000000000\n"
                 "100 mprotect(0x7f0000000000, 4096, PROT_NONE) = 0\n"
                 "100 madvise(0x7f0000001000, 4096, MADV_DONTNEED) = 0\n"
                 "100 munmap(0x7f0000001000, 4096)        = 0\n"),
        ElementsAre("1 brk(0x5000) = 0x5000", "1 brk(0x7000) = 0x7000", "1 mmap(0, 0x2000" + rw + "0x7f0000000000",
                    "1 mprotect(0x7f0000000000, 0x1000, PROT_NONE) = 0",
                    "1 madvise(0x7f0000001000, 0x1000, MADV_DONTNEED) = 0", "1 munmap(0x7f0000001000, 0x1000) = 0"));
}

TEST(Strace, SomeMappingsAreKeptOutByTheirRange) {
    ImportResult r = import_strace("1 mmap(NULL, 4096" + rw +
                                       "0x10000\n"
                                       "1 mmap(NULL, 4096, PROT_READ, MAP_DROPPABLE|MAP_ANONYMOUS, -1, 0) = 0x11000\n"
                                       "1 mmap(NULL, 4096" +
                                       rw +
                                       "0x12000\n"
                                       "1 mprotect(0x10000, 12288, PROT_READ) = 0\n"
                                       "1 mprotect(0x11000, 4096, PROT_READ) = 0\n"
                                       "1 munmap(0x10000, 12288) = 0\n",
                                   "log", plain);
    EXPECT_THAT(lines_of(r),
                ElementsAre("1 mmap(0, 0x1000" + rw + "0x10000", "1 mmap(0, 0x1000" + rw + "0x12000",
                            "1 mprotect(0x10000, 0x1000, PROT_READ) = 0", "1 mprotect(0x12000, 0x1000, PROT_READ) = 0",
                            "1 munmap(0x10000, 0x1000) = 0", "1 munmap(0x12000, 0x1000) = 0"));
    EXPECT_THAT(r.left_out, Contains(Pair("droppable mapping", 1U)));
    EXPECT_THAT(r.left_out, Contains(Pair("part of a range that was left out: mprotect", 1U)));
    EXPECT_THAT(r.left_out, Contains(Pair("all of a range that was left out: mprotect", 1U)));
    EXPECT_THAT(r.left_out, Contains(Pair("part of a range that was left out: munmap", 1U)));
}

TEST(Strace, AMappingThatIsKeptOutReplacesWhatWasThere) {
    EXPECT_THAT(imported("1 mmap(NULL, 12288" + rw +
                         "0x10000\n"
                         "1 mmap(0x11000, 4096, PROT_READ, MAP_DROPPABLE|MAP_ANONYMOUS|MAP_FIXED, -1, 0) = 0x11000\n"),
                ElementsAre("1 mmap(0, 0x3000" + rw + "0x10000", "1 munmap(0x11000, 0x1000) = 0"));
}

TEST(Strace, HugeAndDeviceMappingsAreKeptOut) {
    ImportResult r = import_strace(
        "1 mmap(NULL, 2097152, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS|MAP_HUGETLB|21<<MAP_HUGE_SHIFT, -1, 0) = 0x200000\n"
        "1 mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, 3</dev/dri/card0>, 0) = 0x10000\n",
        "log", plain);
    EXPECT_THAT(r.trace.steps, IsEmpty());
    EXPECT_THAT(r.left_out, Contains(Pair("mapping of huge pages", 1U)));
    EXPECT_THAT(r.left_out, Contains(Pair("mapping of a device", 1U)));
}

TEST(Strace, FilesAreToldApart) {
    std::vector<std::string> lines = imported(
        "1 mmap(NULL, 8192, PROT_READ, MAP_PRIVATE, 3, 0) = 0x10000\n"
        "1 mmap(0x12000, 4096, PROT_READ, MAP_PRIVATE|MAP_FIXED, 3, 0x2000) = 0x12000\n"
        "1 mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, 3, 0) = 0x20000\n"
        "1 mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, 3</lib/b>, 0x1000) = 0x21000\n");
    EXPECT_THAT(lines, ElementsAre("1 mmap(0, 0x2000, PROT_READ, MAP_PRIVATE, 3, 0) = 0x10000",
                                   "1 mmap(0x12000, 0x1000, PROT_READ, MAP_PRIVATE|MAP_FIXED, 3, 0x2000) = 0x12000",
                                   "1 mmap(0, 0x1000, PROT_READ, MAP_PRIVATE, 4, 0) = 0x20000",
                                   "1 mmap(0, 0x1000, PROT_READ, MAP_PRIVATE, 5, 0x1000) = 0x21000"));
}

// Of the hole the model knows: the call stays as it was. Of one that is a mapping that was left out it does not.
TEST(Strace, AnAdviceThatMetAHoleIsDoneOnTheRest) {
    const std::string hole = "1 madvise(0x10000, 12288, MADV_DONTFORK) = -1 ENOMEM (Cannot allocate memory)\n";
    const std::string first = "1 mmap(NULL, 4096" + rw + "0x10000\n";
    const ImportResult known = import_strace(first + hole, "log", plain);
    EXPECT_THAT(lines_of(known), ElementsAre("1 mmap(0, 0x1000" + rw + "0x10000",
                                             "1 madvise(0x10000, 0x3000, MADV_DONTFORK) = -1 ENOMEM"));
    const ImportResult ours = import_strace(
        first + "1 mmap(NULL, 4096, PROT_READ, MAP_DROPPABLE|MAP_ANONYMOUS, -1, 0) = 0x11000\n" + hole, "log", plain);
    EXPECT_THAT(lines_of(ours),
                ElementsAre("1 mmap(0, 0x1000" + rw + "0x10000", "1 madvise(0x10000, 0x1000, MADV_DONTFORK) = 0"));
    const ImportResult nothing =
        import_strace("1 brk(NULL) = 0x5000\n1 madvise(0x20000, 4096, MADV_MERGEABLE) = -1 ENOMEM (x)\n", "log", plain);
    EXPECT_THAT(lines_of(nothing), Contains("1 madvise(0x20000, 0x1000, MADV_MERGEABLE) = -1 ENOMEM"));
    Kernel k = boot();
    for (const Step& s : known.trace.steps) EXPECT_EQ(play(k, s), *s.expected) << to_text(s);
}

TEST(Strace, ThreadsShareAndForksCopy) {
    EXPECT_THAT(
        imported("10 clone3({flags=CLONE_VM|CLONE_FS|CLONE_THREAD, stack_size=0x7f} => {parent_tid=[11]}, 88) = 11\n"
                 "11 mmap(NULL, 4096" +
                 rw +
                 "0x10000\n"
                 "11 clone(child_stack=NULL, flags=CLONE_CHILD_CLEARTID|SIGCHLD, child_tidptr=0x7f) = 12\n"
                 "12 munmap(0x10000, 4096) = 0\n"
                 "11 +++ exited with 0 +++\n"
                 "10 munmap(0x10000, 4096) = 0\n"
                 "12 +++ exited with 0 +++\n"
                 "10 brk(NULL) = 0x5000\n"
                 "10 +++ exited with 0 +++\n"),
        ElementsAre("1 mmap(0, 0x1000" + rw + "0x10000", "1 fork() = 2", "2 munmap(0x10000, 0x1000) = 0",
                    "1 munmap(0x10000, 0x1000) = 0", "2 exit() = 0", "1 brk(0x5000) = 0x5000"));
}

TEST(Strace, AChildMaySpeakBeforeItsParentReturns) {
    EXPECT_THAT(imported("10 mmap(NULL, 4096" + rw +
                         "0x10000\n"
                         "10 clone(child_stack=NULL, flags=SIGCHLD <unfinished ...>\n"
                         "12 munmap(0x10000, 4096) = 0\n"
                         "10 <... clone resumed>, child_tidptr=0x7f) = 12\n"),
                ElementsAre("1 mmap(0, 0x1000" + rw + "0x10000", "1 fork() = 2", "2 munmap(0x10000, 0x1000) = 0"));
}

TEST(Strace, AnUnmappedRangeMayBeTakenBeforeMunmapReturns) {
    EXPECT_THAT(imported("10 clone3({flags=CLONE_VM|CLONE_THREAD} => {parent_tid=[11]}, 88) = 11\n"
                         "10 mmap(NULL, 4096" +
                         rw +
                         "0x10000\n"
                         "10 munmap(0x10000, 4096 <unfinished ...>\n"
                         "11 mmap(NULL, 4096" +
                         rw +
                         "0x10000\n"
                         "10 <... munmap resumed>) = 0\n"
                         "10 mprotect(0x10000, 4096, PROT_READ) = 0\n"),
                ElementsAre("1 mmap(0, 0x1000" + rw + "0x10000", "1 munmap(0x10000, 0x1000) = 0",
                            "1 mmap(0, 0x1000" + rw + "0x10000", "1 mprotect(0x10000, 0x1000, PROT_READ) = 0"));
}

TEST(Strace, ExecAfterVforkLeavesTheParentAlone) {
    EXPECT_THAT(imported("10 execve(\"/bin/sh\", [\"sh\"], 0x7f /* 1 var */) = 0\n"
                         "10 brk(NULL) = 0x5000\n"
                         "10 vfork( <unfinished ...>\n"
                         "11 mmap(NULL, 4096" +
                         rw +
                         "0x10000\n"
                         "11 execve(\"/bin/true\", [\"true\"], 0x7f /* 1 var */ <unfinished ...>\n"
                         "10 <... vfork resumed>) = 11\n"
                         "11 <... execve resumed>) = 0\n"
                         "11 brk(NULL) = 0x9000\n"
                         "11 exit_group(0) = ?\n"
                         "11 +++ exited with 0 +++\n"
                         "10 munmap(0x10000, 4096) = 0\n"),
                ElementsAre("1 fork() = 2", "2 brk(0x5000) = 0x5000", "2 mmap(0, 0x1000" + rw + "0x10000",
                            "1 fork() = 3", "3 brk(0x9000) = 0x9000", "3 exit() = 0", "2 munmap(0x10000, 0x1000) = 0"));
}

TEST(Strace, ExecInPlaceEndsTheOldAddressSpace) {
    EXPECT_THAT(imported("10 execve(\"/bin/sh\", [\"sh\"], 0x7f /* 1 var */) = 0\n"
                         "10 brk(NULL) = 0x5000\n"
                         "10 execve(\"/bin/x\", [\"x\"], 0x7f /* 1 var */) = 0\n"
                         "10 brk(NULL) = 0x9000\n"),
                ElementsAre("1 fork() = 2", "2 brk(0x5000) = 0x5000", "2 exit() = 0", "1 fork() = 3",
                            "3 brk(0x9000) = 0x9000"));
}

TEST(Strace, WithoutEndLinesExitGroupEndsAProcess) {
    EXPECT_THAT(imported("10 clone3({flags=CLONE_VM|CLONE_THREAD} => {parent_tid=[11]}, 88) = 11\n"
                         "10 fork() = 12\n"
                         "10 exit_group(0) = ?\n"
                         "12 brk(NULL) = 0x5000\n"),
                ElementsAre("1 fork() = 2", "1 exit() = 0", "2 brk(0x5000) = 0x5000"));
}

TEST(Strace, MovesAreStatedAsMoves) {
    ImportResult r = import_strace("1 mmap(NULL, 4096" + rw +
                                       "0x10000\n"
                                       "1 mmap(NULL, 4096, PROT_READ, MAP_DROPPABLE|MAP_ANONYMOUS, -1, 0) = 0x11000\n"
                                       "1 mremap(0x10000, 4096, 8192, MREMAP_MAYMOVE) = 0x20000\n"
                                       "1 mremap(0x11000, 4096, 8192, MREMAP_MAYMOVE) = 0x30000\n"
                                       "1 mprotect(0x31000, 4096, PROT_NONE) = 0\n",
                                   "log", plain);
    EXPECT_THAT(lines_of(r),
                ElementsAre("1 mmap(0, 0x1000" + rw + "0x10000",
                            "1 mremap(0x10000, 0x1000, 0x2000, MREMAP_MAYMOVE|MREMAP_FIXED, 0x20000) = 0x20000"))
        << "the model saw free memory behind the range, where the machine had another mapping";
    EXPECT_THAT(r.left_out, Contains(Pair("all of a range that was left out: mprotect", 1U)));
}

TEST(Strace, StoresMakePagesWhereMemoryBecomesWritable) {
    ImportOptions options = plain;
    options.touch = 2;
    std::vector<std::string> lines = imported(
        "1 mmap(NULL, 16384, PROT_NONE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = 0x10000\n"
        "1 mprotect(0x11000, 12288, PROT_READ|PROT_WRITE) = 0\n"
        "1 mprotect(0x11000, 12288, PROT_READ) = 0\n"
        "1 mprotect(0x11000, 12288, PROT_READ|PROT_WRITE) = 0\n",
        options);
    ASSERT_EQ(lines.size(), 6U);
    EXPECT_THAT(lines[2], testing::StartsWith("1 store(0x11000, 0x1000, "));
    EXPECT_THAT(lines[3], testing::StartsWith("1 store(0x13000, 0x1000, ")) << "the first page and the last";
    EXPECT_THAT(lines[5], testing::StartsWith("1 mprotect")) << "once written, a page is not written again";
}

TEST(Strace, RangesOfOneLengthGetEqualPages) {
    ImportResult r = import_strace("1 mmap(NULL, 8192" + rw + "0x10000\n1 mmap(NULL, 8192" + rw + "0x20000\n", "log",
                                   {.merge_any = true});
    EXPECT_EQ(r.stores, 4U);
    Kernel k = boot();
    for (const Step& s : r.trace.steps) EXPECT_EQ(play(k, s), s.expected.value_or(Result{})) << to_text(s);
    EXPECT_EQ(ksm_counters(k).pages_shared, 2U);
    EXPECT_EQ(ksm_counters(k).pages_sharing, 2U);
    EXPECT_TRUE(std::holds_alternative<Walk>(r.trace.steps.back().op));
}

TEST(Strace, TheLimitCountsWhatItCutsOff) {
    ImportOptions options = plain;
    options.limit = 1;
    ImportResult r =
        import_strace("1 brk(NULL) = 0x5000\n1 brk(0x6000) = 0x6000\n1 brk(0x7000) = 0x7000\n", "log", options);
    EXPECT_EQ(r.calls, 1U);
    EXPECT_THAT(r.left_out, Contains(Pair("call behind the limit", 2U)));
}

TEST(Strace, OddLinesAreCountedNotLost) {
    ImportResult r = import_strace(
        "1 brk(NULL) = 0x5000\nwhat is this\n1 mmap(NULL, 4096, \n1 <... futex resumed>) = 0\n"
        "1 --- SIGCHLD {si_signo=SIGCHLD} ---\n1 munmap(0x5000, 4096 <unfinished ...>\n",
        "log", plain);
    EXPECT_THAT(r.left_out, Contains(Pair("line that is none of strace's", 3U)));
    EXPECT_THAT(r.left_out, Contains(Pair("call that never returned", 1U)));
}

TEST(Strace, PrefixesOfOtherOptionsAreSkipped) {
    EXPECT_THAT(imported("[pid  7] 12:00:01.5 brk(NULL) = 0x5000\n"), ElementsAre("1 brk(0x5000) = 0x5000"));
    EXPECT_THAT(imported("7 1700000000.123456 brk(NULL) = 0x5000 <0.000010>\n"), ElementsAre("1 brk(0x5000) = 0x5000"));
    EXPECT_THAT(imported("brk(NULL) = 0x5000\n"), ElementsAre("1 brk(0x5000) = 0x5000")) << "without -f";
}

TEST(Strace, WhatIsNoLogIsRefused) {
    try {
        import_strace("# rmapcheck trace 1\n", "x.log");
        FAIL();
    } catch (const BadInput& e) {
        EXPECT_STREQ(e.what(),
                     "x.log:1:1: no line of an strace log (strace -f -o FILE -e trace=%memory,%process PROGRAM)");
    }
    EXPECT_THROW(import_strace_file("/nonexistent"), BadInput);
}

TEST(Strace, TheSummaryStandsInTheTrace) {
    ImportResult r =
        import_strace("1 brk(NULL) = 0x5000\n1 mmap(NULL, 4096, PROT_READ, 0x8, 3, 0) = 0x11000\n", "log", plain);
    std::string text = to_text(r.trace);
    EXPECT_THAT(text,
                testing::HasSubstr("# Imported from a log of strace: 1 calls kept, 0 stores added, 1 processes.\n"));
    EXPECT_THAT(text, testing::HasSubstr("# left out:      1 droppable mapping\n"));
    EXPECT_EQ(read_trace(text, "t"), r.trace);
}

// Whatever the log says, the trace plays.
// --- whatever import writes, run plays

// Nothing but a log without a line of strace is refused; and what is written is read, and plays with the results it
// says.
void expect_it_plays(const std::string& log, const ImportOptions& options) {
    SCOPED_TRACE(log);
    if (read_strace_log(log).calls.empty()) {
        EXPECT_THROW(import_strace(log, "log", options), BadInput);
        return;
    }
    const ImportResult r = import_strace(log, "log", options);
    const std::string text = to_text(r.trace);
    Trace back;
    ASSERT_NO_THROW(back = read_trace(text, "t")) << text;
    ASSERT_EQ(back, r.trace);
    Kernel k = boot();
    for (const Step& s : back.steps) {
        Result got;
        ASSERT_NO_THROW(got = play(k, s)) << to_text(s) << "\nof\n" << text;
        ASSERT_EQ(got, s.expected.value_or(got)) << to_text(s) << "\nof\n" << text;
    }
}

TEST(Strace, MutatedLogsGiveTracesThatPlay) {
    const std::string seed =
        "10 execve(\"/bin/sh\", [\"sh\"], 0x7f /* 1 var */) = 0\n"
        "10 brk(NULL) = 0x5000\n10 brk(0x8000) = 0x8000\n"
        "10 mmap(NULL, 16384" +
        rw +
        "0x10000\n"
        "10 clone(child_stack=NULL, flags=SIGCHLD <unfinished ...>\n"
        "12 mprotect(0x11000, 4096, PROT_READ) = 0\n"
        "10 <... clone resumed>, child_tidptr=0x7f) = 12\n"
        "12 mremap(0x10000, 4096, 8192, MREMAP_MAYMOVE) = 0x20000\n"
        "12 madvise(0x11000, 8192, MADV_MERGEABLE) = 0\n"
        "12 mmap(0x30000, 4096, PROT_READ, 0x8 /* MAP_??? */|MAP_ANONYMOUS|MAP_FIXED|A, -1, 0) = 0x30000\n"
        "12 munmap(0x1, 4096) = -1 EINVAL (Invalid argument)\n"
        "12 mprotect(0x50000, 4096, PROT_READ) = -1 ENOMEM (Cannot allocate memory)\n"
        "12 mremap(0x10000, 4096, 4096, MREMAP_FIXED|MREMAP_MAYMOVE, 0x10000) = -1 EINVAL (Invalid argument)\n"
        "10 vfork() = 13\n13 execve(\"/bin/x\", [\"x\"], 0x7f) = 0\n13 brk(NULL) = 0x9000\n"
        "13 +++ exited with 0 +++\n10 munmap(0x10000, 16384) = 0\n";
    const std::string bytes("()[]{},=|<>.*/\"0123456789xMAP_ \n+-?\r\t\x1b\xff\0", 40);
    std::mt19937_64 random(3);
    for (int i = 0; i < 3000 && !testing::Test::HasFailure(); ++i) {
        std::string text = seed;
        for (std::uint64_t n = random() % 6; n-- > 0;) {
            std::size_t at = random() % text.size();
            if (random() % 2)
                text[at] = bytes[random() % bytes.size()];
            else
                text.erase(at, 1 + random() % 8);
        }
        expect_it_plays(text, {.merge_any = true, .scan_every = 3});
    }
}

// Calls made of words that belong there, in any combination: of an older strace, another kernel, or a damaged log.
TEST(Strace, RandomCallsGiveTracesThatPlay) {
    std::mt19937_64 random(11);
    auto one_of = [&](std::initializer_list<const char*> list) { return std::data(list)[random() % list.size()]; };
    auto address = [&] {
        return one_of(
            {"NULL", "0x10000", "0x11000", "0x12000", "0x14000", "0x7ffffffff000", "0x10001", "0xfffffffffffff000"});
    };
    auto length = [&] {
        return one_of({"0", "1", "4096", "8192", "16384", "18446744073709547520", "140737488355328"});
    };
    auto prot = [&] {
        return one_of({"PROT_NONE", "PROT_READ", "PROT_READ|PROT_WRITE", "PROT_READ|0x2", "0x40", "x"});
    };
    auto flags = [&] {
        return std::string(one_of({"MAP_PRIVATE", "MAP_SHARED", "0x8 /* MAP_??? */", "MAP_DROPPABLE", "0x4", "0",
                                   "MAP_PRIVATE|0x4", "MAP_SHARED_VALIDATE"})) +
               one_of({"|MAP_ANONYMOUS", "|MAP_ANONYMOUS|MAP_FIXED", "|MAP_FIXED", "|MAP_ANONYMOUS|MAP_HUGETLB",
                       "|MAP_ANONYMOUS|MAP_GROWSDOWN", "|MAP_ANONYMOUS|\r", "|MAP_ANONYMOUS|MAP_FIXED_NOREPLACE", ""});
    };
    auto result = [&] {
        return one_of({"0", "0", "0x10000", "0x12000", "0x14000", "-1 EINVAL (x)", "-1 ENOMEM (x)", "-1 EXOTIC (x)",
                       "?", "0x7ffffffff000", "0x10001"});
    };
    for (int i = 0; i < 3000 && !testing::Test::HasFailure(); ++i) {
        std::string log;
        for (std::uint64_t n = 1 + random() % 12; n-- > 0;) {
            const std::string range = std::string(address()) + ", " + length();
            log += one_of({"7 ", "7 ", "8 "});
            switch (random() % 8) {
            case 0:
            case 1:
                log += "mmap(" + range + ", " + prot() + ", " + flags() + ", " + one_of({"-1", "3", "0"}) + ", 0";
                break;
            case 2: log += "munmap(" + range; break;
            case 3: log += "mprotect(" + range + ", " + prot(); break;
            case 4:
                log += "madvise(" + range + ", " +
                       one_of({"MADV_MERGEABLE", "0x66 /* MADV_??? */", "MADV_DONTNEED", "0xc"});
                break;
            case 5:
                log += "mremap(" + range + ", " + length() + ", " +
                       one_of({"MREMAP_MAYMOVE", "MREMAP_MAYMOVE|MREMAP_FIXED, 0x20000", "0", "0x7"});
                break;
            case 6: log += "brk(" + std::string(address()); break;
            default:
                log +=
                    one_of({"fork(", "mlock(0x10000, 4096", "exit_group(0", "prctl(PR_SET_MEMORY_MERGE, 1, 0, 0, 0"});
            }
            log += std::string(") = ") + result() + "\n";
        }
        expect_it_plays(log, {.merge_any = random() % 2 == 0, .scan_every = 2});
        tried("a random log of strace, imported and played", i + 1u);
    }
}

TEST(Strace, KeepsOutWhatIsNeitherPrivateNorShared) {
    const ImportResult r = import_strace(
        "7 mmap(NULL, 8192, PROT_READ|PROT_WRITE, 0x8 /* MAP_??? */|MAP_ANONYMOUS, -1, 0) = 0x10000\n"
        "7 mmap(NULL, 8192, PROT_READ|PROT_WRITE, MAP_DROPPABLE|MAP_ANONYMOUS, -1, 0) = 0x20000\n"
        "7 mmap(NULL, 4096, PROT_READ, MAP_ANONYMOUS, -1, 0) = 0x30000\n"
        "7 munmap(0x10000, 8192) = 0\n",
        "log", plain);
    EXPECT_THAT(r.trace.steps, IsEmpty());
    EXPECT_THAT(r.left_out, Contains(Pair("droppable mapping", 2U)));
    EXPECT_THAT(r.left_out, Contains(Pair("mapping that is neither private nor shared", 1U)));
    EXPECT_THAT(r.left_out, Contains(Pair("all of a range that was left out: munmap", 1U)));
}

TEST(Strace, WritesNoControlCharacterOfTheLog) {
    const ImportResult r = import_strace(
        "7 execve(\"/bin/\x1b[31mx\", [], 0x7f) = 0\n"
        "7 mmap(0x10000, 4096, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS|A\r|MAP_FIXED, -1, 0) = 0x10000\n",
        "log", plain);
    EXPECT_THAT(r.left_out, Contains(Pair("flag that the model does not have: A\\x0d", 1U)));
    const std::string text = to_text(r.trace);
    EXPECT_EQ(text.find_first_of("\r\x1b"), text.npos) << text;
}

TEST(Strace, TellsUnknownCallsFromHarmlessOnes) {
    const ImportResult r = import_strace(
        "7 syscall_0x1ce(0x10000, 0x1000, 0) = 0\n7 getpid() = 7\n7 mseal(0x10000, 4096, 0) = 0\n"
        "7 prctl(PR_SET_MDWE, 0x1, 0, 0, 0) = 0\n7 mmap(NULL, 4096" +
            rw +
            "0x10000\n"
            "7 madvise(0x10000, 4096, 0x19 /* MADV_??? */) = 0\n7 madvise(0x10000, 4096, 0xc /* MADV_??? */) = 0\n",
        "log", plain);
    EXPECT_THAT(r.left_out, Contains(Pair("call that is not known: syscall_0x1ce", 1U)));
    EXPECT_THAT(r.left_out, Contains(Pair("call that does not change an address space", 1U)));
    EXPECT_THAT(r.left_out, Contains(Pair("call that the model does not have: mseal", 1U)));
    EXPECT_THAT(r.left_out, Contains(Pair("call that the model does not have: prctl(PR_SET_MDWE)", 1U)));
    EXPECT_THAT(r.left_out,
                Contains(Pair("advice that changes pages, which the model does not have: MADV_COLLAPSE", 1U)));
    EXPECT_EQ(lines_of(r).back(), "1 madvise(0x10000, 0x1000, MADV_MERGEABLE) = 0");
}

// An address space may hold more mappings than the model's rules allow: the rest is left out.
TEST(Strace, LeavesOutWhatTheModelRefuses) {
    std::string log;
    const std::uint64_t top = 0x7f0000000000, count = boot().config.max_map_count + 10;
    for (std::uint64_t i = 0; i < count; ++i)
        log += "7 mmap(NULL, 4096, PROT_READ" + std::string(i % 2 ? "|PROT_WRITE" : "") +
               ", MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = " + std::to_string(top - 4096 * i) + "\n";
    const ImportResult r = import_strace(log, "log", plain);
    EXPECT_EQ(r.trace.steps.size(), boot().config.max_map_count + 1U);
    EXPECT_THAT(r.left_out, Contains(Pair("result that the model does not give: mmap", 9U)));
    EXPECT_NO_THROW(read_trace(to_text(r.trace), "t"));
}

TEST(Strace, SaysWhichLineAsksForTooMuch) {
    ImportOptions options = plain;
    options.config.limit_pages = 100;
    try {
        import_strace(
            "7 brk(NULL) = 0x5000\n7 mmap(0x10000, 4194304, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED|"
            "MAP_POPULATE, -1, 0) = 0x10000\n",
            "x.log", options);
        FAIL() << "it was imported";
    } catch (const BadInput& e) {
        EXPECT_THAT(e.what(), testing::StartsWith("x.log:2:1: more than 100 page-table entries ("));
    }
}

// --- a failed call is evidence

TEST(Strace, KeepsErrorsThatTheModelGives) {
    const ImportResult r = import_strace(
        "7 mmap(NULL, 8192" + rw +
            "0x10000\n"
            "7 munmap(0x10001, 4096) = -1 EINVAL (Invalid argument)\n"
            "7 mprotect(0x10000, 12288, PROT_READ) = -1 ENOMEM (Cannot allocate memory)\n"
            "7 mmap(0x10000, 4096, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED_NOREPLACE, -1, 0) = -1 EEXIST (File "
            "exists)\n"
            "7 mmap(NULL, 4096, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = -1 ENOMEM (Cannot allocate memory)\n"
            "7 mlock(0x10000, 4096) = -1 EPERM (Operation not permitted)\n"
            "7 munmap(0x10000, 4096) = -1 EXOTIC (Unheard of)\n",
        "log", plain);
    EXPECT_THAT(
        lines_of(r),
        ElementsAre("1 mmap(0, 0x2000" + rw + "0x10000", "1 munmap(0x10001, 0x1000) = -1 EINVAL",
                    "1 mprotect(0x10000, 0x3000, PROT_READ) = -1 ENOMEM",
                    "1 mmap(0x10000, 0x1000, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED_NOREPLACE, -1, 0) = "
                    "-1 EEXIST",
                    "1 mmap(0, 0x1000, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = -1 ENOMEM"));
    EXPECT_THAT(r.left_out, Contains(Pair("error that the model does not give: mlock", 1U)));
    EXPECT_THAT(r.left_out, Contains(Pair("call that failed or did not return: munmap", 1U)));
    Kernel k = boot();
    for (const Step& s : r.trace.steps) EXPECT_EQ(play(k, s), *s.expected) << to_text(s);
}

TEST(Strace, DoesNotAskTheModelOfFailuresOnWhatWasLeftOut) {
    const ImportResult r = import_strace(
        "7 mmap(NULL, 4096, PROT_READ, MAP_DROPPABLE|MAP_ANONYMOUS, -1, 0) = 0x10000\n"
        "7 mprotect(0x10000, 4096, PROT_READ|PROT_WRITE) = -1 EACCES (Permission denied)\n",
        "log", plain);
    EXPECT_THAT(r.trace.steps, IsEmpty());
    EXPECT_THAT(r.left_out, Contains(Pair("failed call on a range that was left out: mprotect", 1U)));
}

} // namespace
} // namespace model
