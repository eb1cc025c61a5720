// What a kernel is told of a step.
#include "checker/facets/lower.h"

#include <gtest/gtest.h>
#include <sys/mman.h>

#include "checker/kernels/export/listing.h"
#include "model/trace/trace.h"

namespace checker {
namespace {

std::string told(const std::string& lines) {
    return kernels::listing(model::read_trace(std::string(model::trace_header) + "\n" + lines, "test").steps);
}

TEST(Lower, AnOrdinaryCallIsItsFieldsInOrder) {
    EXPECT_EQ(told("1 munmap(0x1000, 0x2000)\n"
                   "1 mprotect(0x1000, 0x2000, PROT_READ)\n"
                   "1 madvise(0x1000, 0x2000, MADV_MERGEABLE)\n"
                   "1 mlock(0x1000, 0x2000)\n"
                   "1 munlock(0x1000, 0x2000)\n"
                   "1 prctl(PR_SET_MEMORY_MERGE, 1, 0, 0, 5)\n"),
              "1 munmap(0x1000, 0x2000, 0x0, 0x0, 0x0, 0x0)\n"
              "1 mprotect(0x1000, 0x2000, 0x1, 0x0, 0x0, 0x0)\n"
              "1 madvise(0x1000, 0x2000, 0xc, 0x0, 0x0, 0x0)\n"
              "1 mlock(0x1000, 0x2000, 0x0, 0x0, 0x0, 0x0)\n"
              "1 munlock(0x1000, 0x2000, 0x0, 0x0, 0x0, 0x0)\n"
              "1 prctl(0x43, 0x1, 0x0, 0x0, 0x5, 0x0)\n");
}

TEST(Lower, OnlyWhatTheTraceLeavesOpenIsFilledIn) {
    EXPECT_EQ(told("1 mmap(0x1000, 0x1000, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = 0x5000\n"
                   "1 mmap(0x1000, 0x1000, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0) = 0x1000\n"
                   "1 mmap(0x1000, 0x1000, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = -1 ENOMEM\n"),
              "1 mmap(0x5000, 0x1000, 0x1, 0x100022, 0xffffffffffffffff, 0x0)\n"
              "1 mmap(0x1000, 0x1000, 0x1, 0x32, 0xffffffffffffffff, 0x0)\n"
              "1 mmap(0x1000, 0x1000, 0x1, 0x22, 0xffffffffffffffff, 0x0)\n");
}

// Files of a trace are descriptors of the agent by the order in which they come.
TEST(Lower, FilesAreNumberedAsTheyCome) {
    EXPECT_EQ(told("1 mmap(0x1000, 0x1000, PROT_READ, MAP_PRIVATE|MAP_FIXED, 7, 0)\n"
                   "1 mmap(0x2000, 0x1000, PROT_READ, MAP_PRIVATE|MAP_FIXED, 3, 0x1000)\n"
                   "1 mmap(0x3000, 0x1000, PROT_READ, MAP_PRIVATE|MAP_FIXED, 7, 0x2000)\n"),
              "1 mmap(0x1000, 0x1000, 0x1, 0x12, 0xa0, 0x0)\n"
              "1 mmap(0x2000, 0x1000, 0x1, 0x12, 0xa1, 0x1000)\n"
              "1 mmap(0x3000, 0x1000, 0x1, 0x12, 0xa0, 0x2000)\n");
}

// The kernel tries in place first: a trace that says otherwise must not have its way.
TEST(Lower, WhatGrowsMovesOnlyIfItCannotGrowInPlace) {
    EXPECT_EQ(told("1 mremap(0x1000, 0x1000, 0x3000, MREMAP_MAYMOVE) = 0x9000\n"),
              "1 mremap(0x1000, 0x1000, 0x3000, 0x0, 0x0, 0x0)\n"
              "1 mremap(0x1000, 0x1000, 0x3000, 0x3, 0x9000, 0x0) after ENOMEM\n");
    for (const char* result : {"", " = 0x1000", " = -1 EFAULT"})
        EXPECT_EQ(told(std::string("1 mremap(0x1000, 0x1000, 0x3000, MREMAP_MAYMOVE)") + result + "\n"),
                  "1 mremap(0x1000, 0x1000, 0x3000, 0x0, 0x0, 0x0)\n");
    EXPECT_EQ(told("1 mremap(0x1000, 0x3000, 0x1000, MREMAP_MAYMOVE) = 0x1000\n"),
              "1 mremap(0x1000, 0x3000, 0x1000, 0x1, 0x0, 0x0)\n");
}

// A hint that is none is an error of the call, which it must stay.
TEST(Lower, DontunmapIsHintedOnlyWhereAHintCouldStand) {
    const std::string call = "1 mremap(0x4000, 0x2000, 0x2000, MREMAP_MAYMOVE|MREMAP_DONTUNMAP, ";
    EXPECT_EQ(told(call + "0) = 0x9000\n"), "1 mremap(0x4000, 0x2000, 0x2000, 0x5, 0x9000, 0x0)\n");
    EXPECT_EQ(told(call + "0x123) = 0x9000\n"), "1 mremap(0x4000, 0x2000, 0x2000, 0x5, 0x123, 0x0)\n");
    EXPECT_EQ(told(call + "0x5000) = 0x9000\n"), "1 mremap(0x4000, 0x2000, 0x2000, 0x5, 0x5000, 0x0)\n");
}

TEST(Lower, TheFirstBrkOfAProcessBeginsItsHeapAndChildrenInheritIt) {
    EXPECT_EQ(told("1 brk(0) = 0x100000\n"
                   "1 fork() = 2\n"
                   "2 brk(0x102000)\n"
                   "1 fork() = 3\n"
                   "3 exit()\n"
                   "1 brk(0x101000)\n"),
              "1 begin the heap at 0x100000\n"
              "1 brk(0x0, 0x0, 0x0, 0x0, 0x0, 0x0)\n"
              "1 fork 2\n"
              "2 brk(0x102000, 0x0, 0x0, 0x0, 0x0, 0x0)\n"
              "1 fork 3\n"
              "3 exit\n"
              "1 brk(0x101000, 0x0, 0x0, 0x0, 0x0, 0x0)\n");
}

TEST(Lower, TheRestIsDoneToTheKernel) {
    EXPECT_EQ(told("1 store(0x1000, 0x1000, 0x77)\n1 load(0x1000, 0x1000)\n* ksmd(4)\n* knob(smart_scan, 0)\n"
                   "* swap_out(1, 0x1000)\n* swap_cache_drop(1, 0x1000)\n* migrate(1, 0x1000)\n* walk(1, 0x1000)\n"),
              "1 fill 0x1000 0x1000 0x77\n1 read 0x1000 0x1000\n* 4 full scans\n* ksm/smart_scan = 0\n"
              "* reclaim 1:0x1000\n* drop 1:0x1000 from the swap cache\n* migrate 1:0x1000\n* look\n");
}

TEST(Lower, WhatNoKernelCanBeToldSaysWhy) {
    // The text of a trace cannot even say these.
    const model::Step fork{1, model::Fork{}, {}, 0};
    EXPECT_EQ(kernels::listing(std::span(&fork, 1)), "# fork() without the pid of the child\n");
}

// No operation of the list is forgotten: each makes an action, or a reason that the tests above know.
TEST(Lower, EveryOperationHasActions) {
    []<std::size_t... i>(std::index_sequence<i...>) {
        const auto one = [](model::Operation op) {
            SoFar so_far;
            const model::Step step{model::by_kernel(op) ? 0u : 1u, op, model::Result::of(2), 0};
            const Lowered lowered = lower(step, so_far);
            if (model::going_on(op)) return; // nothing that a real kernel plays can be begun
            EXPECT_FALSE(lowered.actions.empty()) << model::name_of(op) << ": " << lowered.unavailable;
        };
        (one(std::variant_alternative_t<i, model::Operation>{}), ...);
    }
    (std::make_index_sequence<std::variant_size_v<model::Operation>>{});
}

TEST(Lower, NeedsAreFoundInTheActions) {
    const auto needs = [](const std::string& lines) {
        return needs_of(model::read_trace(std::string(model::trace_header) + "\n" + lines, "test").steps);
    };
    const Needs none = needs("1 munmap(0x1000, 0x1000)\n");
    EXPECT_FALSE(none.ksm || none.swap || none.file_size || !none.files.empty() || none.processes != 1);
    EXPECT_TRUE(needs("* ksmd(1)\n").ksm && needs("* knob(run, 2)\n").ksm);
    EXPECT_TRUE(needs("1 madvise(0, 0x1000, MADV_MERGEABLE)\n").ksm);
    EXPECT_TRUE(needs("1 prctl(PR_SET_MEMORY_MERGE, 1, 0, 0, 0)\n").ksm);
    EXPECT_TRUE(needs("* swap_out(1, 0)\n").swap && needs("1 madvise(0, 0x1000, MADV_PAGEOUT)\n").swap);
    EXPECT_EQ(needs("1 fork() = 2\n1 fork() = 3\n").processes, 3u);
    const Needs file = needs(
        "1 mmap(0x1000, 0x2000, PROT_READ, MAP_PRIVATE|MAP_FIXED, 5, 0x3000)\n"
        "1 mremap(0x1000, 0x2000, 0x4000, MREMAP_MAYMOVE) = 0x9000\n");
    EXPECT_EQ(file.files, std::vector<std::int32_t>{5});
    EXPECT_EQ(file.file_size, 0x9000u);
    EXPECT_EQ(needs("1 ftruncate(4, 0)\n1 fallocate(5, 0, 0, 0x1000)\n").files, (std::vector<std::int32_t>{4, 5}));
}

} // namespace
} // namespace checker
