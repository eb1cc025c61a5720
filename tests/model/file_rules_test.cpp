// Files: shared and private mappings of one page cache, and what takes pages away from both. tests/mutants breaks each.
#include <gtest/gtest.h>

#include "model/file.h"
#include "model/invariants.h"
#include "model/ops.h"
#include "model/rmap.h"
#include "tests/model/rules.h"

namespace model::file_rules_test {
namespace {

using namespace rules_test;

std::string map_at(int pid, std::string_view at, std::string_view length, std::string_view how,
                   std::string_view offset) {
    return std::to_string(pid) + " mmap(" + std::string(at) + ", " + std::string(length) + ", PROT_READ|PROT_WRITE, " +
           std::string(how) + "|MAP_FIXED, 3, " + std::string(offset) + ")\n";
}
const std::string shared_two = map_at(1, "0x10000", "0x2000", "MAP_SHARED", "0");
const std::string private_two = map_at(1, "0x20000", "0x2000", "MAP_PRIVATE", "0");

Id<Pte> entry(const Kernel& k, Pid pid, std::uint64_t addr) { return pte_at(k, find_process(k, pid), vpn(addr)); }
bool is_of_file(const Kernel& k, Pid pid, std::uint64_t addr) {
    return entry(k, pid, addr) && folio_of(k, pid, addr).mapping == Folio::Mapping::file;
}
Result result_of(Kernel& k, const std::string& line) { return play(k, read_step(line, "test")); }

TEST(Files, AStoreToSharedMemoryIsSeenThroughEveryMapping) {
    const Kernel k = after(shared_two + private_two + "1 store(0x11000, 0x1000, 0x22)\n1 load(0x21000, 0x1000)\n");
    EXPECT_EQ(pte_of(k, 1, 0x11000).folio, pte_of(k, 1, 0x21000).folio);
    EXPECT_EQ(folio_of(k, 1, 0x21000).byte, 0x22);
    EXPECT_EQ(folio_of(k, 1, 0x21000).index.n, 1u);
    EXPECT_FALSE(vma_of(k, 1, 0x10000).anon_vma) << "shared memory has no anonymous pages";
}

TEST(Files, AStoreToAPrivateMappingCopiesThePage) {
    const Kernel k = after(shared_two + private_two +
                           "1 store(0x10000, 0x1000, 0x22)\n1 load(0x20000, 0x1000)\n1 store(0x20000, 0x1000, 0x33)\n"
                           "1 mprotect(0x21000, 0x1000, PROT_READ)\n1 load(0x21000, 0x1000)\n");
    EXPECT_EQ(folio_of(k, 1, 0x20000).mapping, Folio::Mapping::anon);
    EXPECT_EQ(folio_of(k, 1, 0x20000).byte, 0x33);
    EXPECT_EQ(folio_of(k, 1, 0x10000).byte, 0x22);
    EXPECT_TRUE(is_of_file(k, 1, 0x21000));
}

TEST(Files, ACopyBeginsWithWhatTheFileHolds) {
    const Kernel k = after(shared_two + "1 store(0x10000, 0x1000, 0x22)\n1 munmap(0x10000, 0x2000)\n" + private_two +
                           "1 madvise(0x20000, 0x1000, MADV_POPULATE_WRITE)\n");
    EXPECT_EQ(folio_of(k, 1, 0x20000).mapping, Folio::Mapping::anon);
    EXPECT_EQ(folio_of(k, 1, 0x20000).byte, 0x22);
}

TEST(Files, WhatIsWrittenOutlivesItsMappings) {
    const Kernel k = after(shared_two + "1 store(0x11000, 0x1000, 0x22)\n1 munmap(0x10000, 0x2000)\n");
    const Id<File> file = find_file(k, 3);
    ASSERT_TRUE(file);
    const Id<Folio> page = cached_page(k, file, {1});
    ASSERT_TRUE(page);
    EXPECT_EQ(k.folios[page].byte, 0x22);
    EXPECT_EQ(k.folios[page].mapcount, 0u);
    EXPECT_FALSE(cached_page(k, file, {0})) << "a page of zeros that nothing maps is as good as none";
}

TEST(Files, ForkLeavesSharedMemoryToBeFaultedIn) {
    Kernel k = after(shared_two + "1 store(0x10000, 0x1000, 0x22)\n1 fork() = 2\n");
    EXPECT_FALSE(entry(k, 2, 0x10000));
    play_text(k, "2 load(0x10000, 0x1000)\n");
    EXPECT_EQ(pte_of(k, 2, 0x10000).folio, pte_of(k, 1, 0x10000).folio);
    EXPECT_EQ(folio_of(k, 2, 0x10000).mapcount, 2u);
}

TEST(Files, AChildIsBehindItsParentInIMmap) {
    const Kernel k = after(shared_two + map_at(1, "0x30000", "0x1000", "MAP_SHARED", "0") + "1 fork() = 2\n");
    std::vector<std::pair<Pid, std::uint64_t>> order;
    each_mapping(k, find_file(k, 3), {{0}, {0}}, [&](const FileLink& l) {
        order.emplace_back(k.mms[k.vmas[l.vma].mm].pid, address(k.vmas[l.vma].range.start));
    });
    const std::vector<std::pair<Pid, std::uint64_t>> expected{{1, 0x10000}, {2, 0x10000}, {1, 0x30000}, {2, 0x30000}};
    EXPECT_EQ(order, expected);
}

TEST(Files, TruncationTakesCopiesToo) {
    const Kernel k = after(shared_two + private_two +
                           "1 store(0x10000, 0x2000, 0x22)\n1 store(0x20000, 0x2000, 0x33)\n1 ftruncate(3, 0x1000)\n");
    EXPECT_TRUE(entry(k, 1, 0x10000));
    EXPECT_FALSE(entry(k, 1, 0x11000));
    EXPECT_TRUE(entry(k, 1, 0x20000));
    EXPECT_FALSE(entry(k, 1, 0x21000)) << "even_cows";
}

TEST(Files, BeyondTheEndIsNothing) {
    Kernel k = after(shared_two + private_two + "1 ftruncate(3, 0x1000)\n");
    EXPECT_EQ(result_of(k, "1 load(0x11000, 0x1000)").error, Errno::efault);
    EXPECT_EQ(result_of(k, "1 store(0x11000, 0x1000, 0x1)").error, Errno::efault);
    EXPECT_EQ(result_of(k, "1 load(0x21000, 0x1000)").error, Errno::efault);
    EXPECT_EQ(result_of(k, "1 store(0x21000, 0x1000, 0x1)").error, Errno::efault);
    EXPECT_TRUE(vma_of(k, 1, 0x20000).anon_vma) << "do_cow_fault() prepares it before it asks the file";
    EXPECT_EQ(result_of(k, "1 store(0x10000, 0x1000, 0x1)").error, Errno::ok);
}

TEST(Files, WhatWasTruncatedComesBackAsZeros) {
    const Kernel k = after(shared_two +
                           "1 store(0x10000, 0x2000, 0x22)\n1 ftruncate(3, 0x1000)\n1 ftruncate(3, 0x2000)\n"
                           "1 load(0x10000, 0x2000)\n");
    EXPECT_EQ(folio_of(k, 1, 0x10000).byte, 0x22);
    EXPECT_EQ(folio_of(k, 1, 0x11000).byte, 0);
}

TEST(Files, AHoleLeavesCopies) {
    const Kernel k = after(shared_two + private_two +
                           "1 store(0x10000, 0x2000, 0x22)\n1 store(0x21000, 0x1000, 0x33)\n1 load(0x20000, 0x1000)\n"
                           "1 fallocate(3, FALLOC_FL_KEEP_SIZE|FALLOC_FL_PUNCH_HOLE, 0x0, 0x2000)\n");
    EXPECT_FALSE(entry(k, 1, 0x10000));
    EXPECT_FALSE(entry(k, 1, 0x11000));
    EXPECT_FALSE(entry(k, 1, 0x20000));
    ASSERT_TRUE(entry(k, 1, 0x21000));
    EXPECT_EQ(folio_of(k, 1, 0x21000).byte, 0x33);
    EXPECT_FALSE(cached_page(k, find_file(k, 3), {0}));
}

TEST(Files, AHoleIsAsLargeAsItIs) {
    const Kernel k = after(map_at(1, "0x10000", "0x3000", "MAP_SHARED", "0") + "1 store(0x10000, 0x3000, 0x22)\n" +
                           "1 fallocate(3, FALLOC_FL_KEEP_SIZE|FALLOC_FL_PUNCH_HOLE, 0x1000, 0x1000)\n");
    EXPECT_TRUE(entry(k, 1, 0x10000));
    EXPECT_FALSE(entry(k, 1, 0x11000));
    EXPECT_TRUE(entry(k, 1, 0x12000));
}

TEST(Files, FallocateSaysWhatItCannotDo) {
    Kernel k = after(shared_two + "1 ftruncate(3, 0x1000)\n");
    EXPECT_EQ(result_of(k, "1 fallocate(3, FALLOC_FL_PUNCH_HOLE, 0, 0x1000)").error, Errno::eopnotsupp);
    EXPECT_EQ(result_of(k, "1 fallocate(3, 0x40, 0, 0x1000)").error, Errno::eopnotsupp);
    EXPECT_EQ(result_of(k, "1 fallocate(3, 0, 0, 0)").error, Errno::einval);
    EXPECT_EQ(result_of(k, "1 fallocate(-1, 0, 0, 0x1000)").error, Errno::ebadf);
    EXPECT_EQ(result_of(k, "1 ftruncate(-1, 0)").error, Errno::ebadf);
    EXPECT_EQ(result_of(k, "1 ftruncate(3, 0xfffffffffffff000)").error, Errno::einval);
    EXPECT_EQ(result_of(k, "1 fallocate(3, FALLOC_FL_KEEP_SIZE, 0, 0x2000)").error, Errno::ok);
    EXPECT_EQ(result_of(k, "1 load(0x11000, 0x1000)").error, Errno::efault);
    EXPECT_EQ(result_of(k, "1 fallocate(3, 0, 0x1000, 0x1000)").error, Errno::ok);
    EXPECT_EQ(result_of(k, "1 load(0x11000, 0x1000)").error, Errno::ok);
}

TEST(Files, MremapWithoutALengthDuplicatesSharedMemory) {
    Kernel k = after(shared_two + private_two + "1 store(0x11000, 0x1000, 0x22)\n");
    EXPECT_EQ(result_of(k, "1 mremap(0x11000, 0, 0x1000, MREMAP_MAYMOVE|MREMAP_FIXED, 0x30000)").value, 0x30000u);
    EXPECT_TRUE(entry(k, 1, 0x11000)) << "the source keeps its page";
    EXPECT_EQ(address(vma_of(k, 1, 0x10000).range.end), 0x12000u) << "and is in one piece";
    EXPECT_FALSE(entry(k, 1, 0x30000));
    play_text(k, "1 load(0x30000, 0x1000)\n");
    EXPECT_EQ(pte_of(k, 1, 0x30000).folio, pte_of(k, 1, 0x11000).folio);
    EXPECT_EQ(result_of(k, "1 mremap(0x20000, 0, 0x1000, MREMAP_MAYMOVE|MREMAP_FIXED, 0x40000)").error, Errno::einval);
    EXPECT_EQ(result_of(k, "1 mremap(0x10000, 0, 0x1000, 0)").error, Errno::enomem) << "it may not move";
    EXPECT_EQ(result_of(k, "1 mremap(0x10000, 0, 0x1000, MREMAP_MAYMOVE|MREMAP_FIXED, 0x10000)").error, Errno::efault)
        << "the destination is unmapped first, and is the source";
    EXPECT_FALSE(first_broken_invariant(k));
}

TEST(Files, AMoveTakesEntriesAndOffsetsAlong) {
    const Kernel k = after(shared_two +
                           "1 store(0x10000, 0x2000, 0x22)\n"
                           "1 mremap(0x11000, 0x1000, 0x1000, MREMAP_MAYMOVE|MREMAP_FIXED, 0x30000)\n");
    EXPECT_TRUE(is_of_file(k, 1, 0x30000));
    EXPECT_EQ(vm_pgoff(vma_of(k, 1, 0x30000).range).n, 1u);
    std::vector<Vpn> found;
    rmap_walk_file(k, pte_of(k, 1, 0x30000).folio, [&](Id<Vma>, Vpn page) { found.push_back(page); });
    EXPECT_EQ(found, std::vector<Vpn>{vpn(0x30000)});
}

TEST(Files, WhatIsCutOffIsNoLongerInIMmap) {
    const auto asked = [](const std::string& lines, std::uint64_t page) {
        const Kernel k = after(shared_two + "1 store(0x10000, 0x2000, 0x22)\n" + lines);
        std::size_t links = 0;
        each_mapping(k, find_file(k, 3), {{page}, {page}}, [&](const FileLink&) { ++links; });
        return links;
    };
    const std::string first_goes = "1 munmap(0x10000, 0x1000)\n", second_goes = "1 munmap(0x11000, 0x1000)\n";
    EXPECT_EQ(asked(first_goes, 0), 0u);
    EXPECT_EQ(asked(first_goes, 1), 1u);
    EXPECT_EQ(asked(second_goes, 0), 1u);
    EXPECT_EQ(asked(second_goes, 1), 0u);
    for (const std::string part : {"0x10000", "0x11000"}) // a split, either half of which may be the new VMA
        for (const std::uint64_t page : {0, 1})
            EXPECT_EQ(asked("1 mprotect(" + part + ", 0x1000, PROT_READ)\n", page), 1u) << part << " " << page;
}

TEST(Files, KsmLeavesSharedMemoryAlone) {
    const Kernel k = after(
        shared_two + "1 madvise(0x10000, 0x2000, MADV_MERGEABLE) = 0\n1 store(0x10000, 0x2000, 0x22)\n* ksmd(3)\n");
    EXPECT_FALSE(vma_of(k, 1, 0x10000).flags & VM_MERGEABLE);
    EXPECT_NE(pte_of(k, 1, 0x10000).folio, pte_of(k, 1, 0x11000).folio);
    const Kernel any = after("1 prctl(PR_SET_MEMORY_MERGE, 1, 0, 0, 0)\n" + shared_two + private_two);
    EXPECT_FALSE(vma_of(any, 1, 0x10000).flags & VM_MERGEABLE);
    EXPECT_TRUE(vma_of(any, 1, 0x20000).flags & VM_MERGEABLE);
    const Kernel later = after(shared_two + private_two + "1 prctl(PR_SET_MEMORY_MERGE, 1, 0, 0, 0)\n");
    EXPECT_FALSE(vma_of(later, 1, 0x10000).flags & VM_MERGEABLE);
}

TEST(Files, KsmdPassesFilePagesOfAPrivateMappingBy) {
    const Kernel k = after(shared_two + private_two +
                           "1 store(0x10000, 0x2000, 0x22)\n1 store(0x20000, 0x1000, 0x22)\n1 load(0x21000, 0x1000)\n"
                           "1 madvise(0x20000, 0x2000, MADV_MERGEABLE)\n* ksmd(3)\n");
    EXPECT_TRUE(is_of_file(k, 1, 0x21000));
    EXPECT_EQ(items_of(k, 1), 1u);
}

TEST(Files, SharedMemoryIsNotAccounted) {
    const Kernel k =
        after(shared_two + map_at(1, "0x30000", "0x1000", "MAP_SHARED_VALIDATE", "0") +
              "1 mprotect(0x11000, 0x1000, PROT_READ)\n1 mprotect(0x11000, 0x1000, PROT_READ|PROT_WRITE)\n");
    EXPECT_FALSE(vma_of(k, 1, 0x10000).flags & VM_ACCOUNT);
    EXPECT_EQ(address(vma_of(k, 1, 0x10000).range.end), 0x12000u) << "it is one VMA again";
    EXPECT_EQ(vma_of(k, 1, 0x30000).flags & (VM_SHARED | VM_MAYSHARE), VM_SHARED | VM_MAYSHARE);
}

TEST(Files, ValidatedFlagsAreKnownOnes) {
    Kernel k = after("");
    EXPECT_EQ(result_of(k, "1 mmap(0x10000, 0x1000, PROT_READ, MAP_SHARED_VALIDATE|MAP_FIXED|0x80000, 3, 0)").error,
              Errno::eopnotsupp);
    EXPECT_EQ(result_of(k, "1 mmap(0x10000, 0x1000, PROT_READ, MAP_SHARED|MAP_FIXED|0x80000, 3, 0)").error, Errno::ok);
    EXPECT_EQ(result_of(k, "1 mmap(0x10000, 0x1000, PROT_READ, MAP_SHARED|MAP_GROWSDOWN|MAP_FIXED, 3, 0)").error,
              Errno::einval);
}

TEST(Files, AHoleTakesZeroPagesOfKsm) {
    const Kernel k = after("* knob(use_zero_pages, 1)\n" + private_two +
                           "1 madvise(0x20000, 0x2000, MADV_MERGEABLE)\n1 store(0x20000, 0x1000, 0)\n* ksmd(3)\n"
                           "1 store(0x21000, 0x1000, 0)\n"
                           "1 fallocate(3, FALLOC_FL_KEEP_SIZE|FALLOC_FL_PUNCH_HOLE, 0, 0x2000)\n");
    EXPECT_FALSE(entry(k, 1, 0x20000)) << "vm_normal_page() knows none that could be asked";
    EXPECT_EQ(k.ksm.zero_pages, 0);
    EXPECT_TRUE(entry(k, 1, 0x21000));
}

TEST(Files, TruncationLeavesGuardMarkers) {
    const Kernel k = after(shared_two + "1 madvise(0x11000, 0x1000, MADV_GUARD_INSTALL) = 0\n1 ftruncate(3, 0)\n");
    ASSERT_TRUE(entry(k, 1, 0x11000));
    EXPECT_EQ(pte_of(k, 1, 0x11000).kind, Pte::Kind::guard);
}

TEST(Files, ReclaimTakesEveryEntryAndLeavesThePage) {
    Kernel k =
        after(shared_two + private_two +
              "1 store(0x10000, 0x1000, 0x22)\n1 load(0x20000, 0x1000)\n1 fork() = 2\n2 load(0x10000, 0x1000)\n");
    EXPECT_EQ(result_of(k, "* swap_out(2, 0x10000)").error, Errno::ok);
    EXPECT_FALSE(entry(k, 1, 0x10000));
    EXPECT_FALSE(entry(k, 1, 0x20000));
    EXPECT_FALSE(entry(k, 2, 0x10000));
    play_text(k, "1 load(0x20000, 0x1000)\n");
    EXPECT_EQ(folio_of(k, 1, 0x20000).byte, 0x22);
    EXPECT_EQ(k.swaps.live_count(), 0u);
}

TEST(Files, MigrationReplacesThePageInItsCache) {
    Kernel k = after(shared_two + private_two + "1 store(0x10000, 0x1000, 0x22)\n1 load(0x20000, 0x1000)\n");
    EXPECT_EQ(result_of(k, "* migrate(1, 0x10000)").error, Errno::ok);
    EXPECT_EQ(pte_of(k, 1, 0x10000).folio, pte_of(k, 1, 0x20000).folio);
    EXPECT_EQ(cached_page(k, find_file(k, 3), {0}), pte_of(k, 1, 0x10000).folio);
    EXPECT_FALSE(first_broken_invariant(k));
}

TEST(Files, AWalkInFlightHoldsIMmap) {
    Kernel k = after(shared_two + private_two +
                     "1 store(0x10000, 0x1000, 0x22)\n1 load(0x20000, 0x1000)\n1 fork() = 2\n"
                     "* begin m = migrate(1, 0x10000)\n* advance m\n");
    EXPECT_THROW(play_text(k, "2 munmap(0x10000, 0x2000)\n"), BadInput);
    EXPECT_THROW(play_text(k, "2 ftruncate(3, 0)\n"), BadInput) << "it waits for the lock of the page";
    play_text(k, "2 load(0x21000, 0x1000)\n* finish m = 0\n2 munmap(0x10000, 0x2000)\n");
    EXPECT_FALSE(first_broken_invariant(k));
}

TEST(Files, APageOutTakesPagesOfFilesToo) {
    const Kernel k = after(shared_two + "1 store(0x10000, 0x2000, 0x22)\n1 madvise(0x10000, 0x1000, MADV_PAGEOUT)\n");
    EXPECT_FALSE(entry(k, 1, 0x10000));
    EXPECT_TRUE(entry(k, 1, 0x11000));
}

} // namespace
} // namespace model::file_rules_test
