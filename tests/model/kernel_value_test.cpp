// The machine is a value: it can be copied, and compared without regard to the names of things.
#include <gtest/gtest.h>

#include <string>

#include "model/canonical.h"
#include "model/invariants.h"
#include "tests/model/play_text.h"

namespace model {
namespace {

// Forks, merged pages, swap, files, moves: something of everything.
const std::string story =
    "1 mmap(0x10000, 0x4000, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0)\n"
    "1 madvise(0x10000, 0x3000, MADV_MERGEABLE)\n"
    "1 store(0x10000, 0x3000, 0x77)\n"
    "* ksmd(2)\n"
    "1 fork() = 5\n"
    "5 store(0x10000, 0x1000, 0x11)\n"
    "1 mremap(0x11000, 0x1000, 0x1000, MREMAP_MAYMOVE|MREMAP_FIXED, 0x20000)\n"
    "1 mmap(0x30000, 0x2000, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_FIXED, 7, 0x4000)\n"
    "1 store(0x31000, 0x1000, 0x22)\n"
    "* swap_out(1, 0x31000)\n"
    "* ksmd(1)\n"
    "5 munmap(0x11000, 0x1000)\n";
// Uses names of every kind and gives them back: a process that merges, swaps and exits, and ksmd that forgets it.
const std::string churn =
    "1 fork() = 9\n"
    "9 mmap(0x50000, 0x8000, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0)\n"
    "9 madvise(0x50000, 0x4000, MADV_MERGEABLE)\n"
    "9 store(0x50000, 0x8000, 0x99)\n"
    "* ksmd(2)\n"
    "* swap_out(9, 0x50000)\n"
    "* swap_out(9, 0x57000)\n"
    "9 mprotect(0x52000, 0x1000, PROT_READ)\n"
    "9 fork() = 10\n"
    "9 exit()\n"
    "10 exit()\n"
    "* ksmd(2)\n";

Kernel kernel_after(const std::string& text) {
    Kernel k = boot();
    play_text(k, text);
    EXPECT_EQ(first_broken_invariant(k), std::nullopt);
    return k;
}

TEST(KernelValue, ACopyGoesItsOwnWay) {
    const Kernel original = kernel_after(story);
    Kernel copy = original;
    EXPECT_TRUE(same(copy, original));
    const auto before = canonical(original);
    play_text(copy, "1 munmap(0x10000, 0x4000)\n5 exit()\n* ksmd(1)\n");
    EXPECT_FALSE(same(copy, original));
    EXPECT_EQ(canonical(original), before);
    Kernel again = original; // and the original can still be played on
    play_text(again, "1 munmap(0x10000, 0x4000)\n5 exit()\n* ksmd(1)\n");
    EXPECT_TRUE(same(copy, again));
}

TEST(KernelValue, EqualHistoriesGiveEqualMachines) {
    const Kernel a = kernel_after(story), b = kernel_after(story);
    EXPECT_TRUE(same(a, b));
    EXPECT_EQ(hash(canonical(a)), hash(canonical(b)));
}

TEST(KernelValue, NamesDoNotCount) {
    const Kernel plain = kernel_after(story), churned = kernel_after(churn + story);
    EXPECT_TRUE(same(plain, churned));
    EXPECT_EQ(hash(canonical(plain)), hash(canonical(churned)));
    EXPECT_NE(plain.births, churned.births); // they do differ in what they have seen
}

TEST(KernelValue, WhatIsGoneDoesNotCount) { EXPECT_TRUE(same(boot(), kernel_after(churn))); }

// Each line is one difference that must be seen.
TEST(KernelValue, DifferencesCount) {
    const Kernel k = kernel_after(story);
    for (const char* more : {
             "1 store(0x13000, 0x1000, 0x01)\n",                                                 // a page
             "1 load(0x13000, 0x1000)\n",                                                        // a zero page
             "1 madvise(0x13000, 0x1000, MADV_DONTFORK)\n",                                      // a flag
             "1 mmap(0x40000, 0x1000, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0)\n", // a VMA
             "1 mremap(0x20000, 0x1000, 0x1000, MREMAP_MAYMOVE|MREMAP_FIXED, 0x21000)\n",        // a place
             "5 store(0x10000, 0x1000, 0x12)\n",                                                 // a content
             "1 fork() = 6\n",                                                                   // a process
             "5 exit()\n",
             "1 load(0x31000, 0x1000)\n",       // a swap entry
             "* swap_cache_drop(1, 0x31000)\n", // the swap cache
             "1 prctl(PR_SET_MEMORY_MERGE, 1, 0, 0, 0)\n",
             "* ksmd(1)\n", // rmap_items
             "* knob(smart_scan, 0)\n",
         }) {
        Kernel changed = k;
        play_text(changed, more);
        EXPECT_FALSE(same(k, changed)) << more;
        EXPECT_NE(hash(canonical(k)), hash(canonical(changed))) << more;
    }
}

TEST(KernelValue, OffsetsCountEvenWhereNothingElseTellsThem) {
    const std::string place = "1 mmap(0x10000, 0x1000, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0)\n";
    const std::string file = "1 mmap(0x10000, 0x1000, PROT_READ, MAP_PRIVATE|MAP_FIXED, 7, 0)\n";
    const std::string file_page_1 = "1 mmap(0x10000, 0x1000, PROT_READ, MAP_PRIVATE|MAP_FIXED, 7, 0x1000)\n";
    EXPECT_FALSE(same(kernel_after(place), kernel_after(file)));
    EXPECT_FALSE(same(kernel_after(file), kernel_after(file_page_1)));
}

} // namespace
} // namespace model
