// How pages and VMAs came to their anon_vmas: what the walks of ordinary pages rest on, and what is kept for those that
// would do it otherwise. tests/mutants breaks each.
#include <gtest/gtest.h>

#include "model/interval_tree.h"
#include "model/rmap.h"
#include "tests/model/rules.h"

namespace model {
namespace {

using namespace rules_test;

const Avc& link_of(const Kernel& k, const Vma& v, Id<AnonVma> anon_vma) {
    for (Id<Avc> a = v.chain; a; a = k.avcs[a].next)
        if (k.avcs[a].anon_vma == anon_vma) return k.avcs[a];
    throw std::runtime_error("the VMA is not linked to it");
}
const Avc& own_link(const Kernel& k, const Vma& v) { return link_of(k, v, v.anon_vma); }

TEST(Rules, APageHasTheIndexThatItsVmaGivesIt) {
    const Kernel k = after(three_written +
                           "1 mremap(0x10000, 0x3000, 0x3000, MREMAP_MAYMOVE|MREMAP_FIXED, 0x20000)\n"
                           "1 madvise(0x21000, 0x1000, MADV_DONTNEED)\n"
                           "1 store(0x21000, 0x1000, 0x22)\n");
    EXPECT_EQ(folio_of(k, 1, 0x21000).index.n, 0x11u);
}

const std::string swapped_by_two = three_written +
                                   "1 fork() = 2\n"
                                   "* swap_out(1, 0x10000)\n"
                                   "* swap_cache_drop(1, 0x10000)\n"
                                   "2 load(0x10000, 0x1000)\n";

TEST(Rules, ASwappedInPageBelongsToTheRoot) {
    const Kernel k = after(swapped_by_two);
    EXPECT_EQ(folio_of(k, 2, 0x10000).anon_vma, vma_of(k, 1, 0x10000).anon_vma);
}

TEST(Rules, APageRemembersTheVmaThatMappedItFirst) {
    const Kernel k = after(swapped_by_two + "1 load(0x10000, 0x1000)\n");
    const Folio& f = folio_of(k, 1, 0x10000);
    EXPECT_EQ(f.first.vma, vma_at(k, find_process(k, 2), vpn(0x10000)));
    EXPECT_EQ(f.first.own, vma_of(k, 2, 0x10000).anon_vma);
    EXPECT_NE(f.first.own, f.anon_vma);
}

TEST(Rules, APageRemembersItsOnlyWriter) {
    const Kernel k = after(three_written + "1 fork() = 2\n1 exit()\n2 store(0x10000, 0x1000, 0x22)\n");
    EXPECT_EQ(folio_of(k, 2, 0x10000).first.vma, vma_at(k, find_process(k, 2), vpn(0x10000)));
}

TEST(Rules, ALinkKnowsHowItCame) {
    const Kernel written = after(three_written);
    EXPECT_EQ(own_link(written, vma_of(written, 1, 0x10000)).linked, Linked::prepared);
    const Kernel split = after(three_written + "1 madvise(0x11000, 0x2000, MADV_MERGEABLE)\n");
    EXPECT_EQ(own_link(split, vma_of(split, 1, 0x10000)).linked, Linked::split); // the new piece is below
    EXPECT_EQ(own_link(split, vma_of(split, 1, 0x11000)).linked, Linked::prepared);
    const Kernel moved =
        after(three_written + "1 mremap(0x10000, 0x3000, 0x3000, MREMAP_MAYMOVE|MREMAP_FIXED, 0x20000)\n");
    EXPECT_EQ(own_link(moved, vma_of(moved, 1, 0x20000)).linked, Linked::copied);
    const Kernel forked = after(three_written + "1 fork() = 2\n");
    const Id<AnonVma> of_parent = vma_of(forked, 1, 0x10000).anon_vma;
    EXPECT_EQ(link_of(forked, vma_of(forked, 2, 0x10000), of_parent).linked, Linked::forked);
    EXPECT_EQ(own_link(forked, vma_of(forked, 2, 0x10000)).linked, Linked::prepared);
    const Kernel joined = after(
        "1 mmap(0x10000, 0x3000, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_FIXED|MAP_ANONYMOUS, -1, 0)\n"
        "1 madvise(0x10000, 0x1000, MADV_MERGEABLE)\n"
        "1 store(0x11000, 0x1000, 0x11)\n"
        "1 madvise(0x10000, 0x2000, MADV_MERGEABLE)\n");
    EXPECT_EQ(own_link(joined, vma_of(joined, 1, 0x11000)).linked, Linked::joined);
}

TEST(Rules, AVmaThatGrewKnowsWhatItAlwaysHeld) {
    const Kernel k = after(three_written + "1 munmap(0x12000, 0x1000)\n1 mremap(0x10000, 0x2000, 0x3000, 0)\n");
    const Avc& link = own_link(k, vma_of(k, 1, 0x12000));
    EXPECT_EQ(link.offsets, (Interval{{0x10}, {0x12}}));
    EXPECT_EQ(link.narrowest, (Interval{{0x10}, {0x11}}));
    // A VMA that was cut below holds no more than before, whatever it was linked with.
    const Kernel cut = after(three_written + "1 madvise(0x11000, 0x2000, MADV_MERGEABLE)\n");
    EXPECT_EQ(own_link(cut, vma_of(cut, 1, 0x11000)).narrowest, (Interval{{0x11}, {0x12}}));
}

TEST(Rules, AnAnonVmaKnowsThatItsVmaWasForked) {
    auto forked = [](const std::string& text) {
        const Kernel k = after(text);
        return k.anon_vmas[vma_of(k, 1, 0x10000).anon_vma].forked;
    };
    EXPECT_FALSE(forked(three_written));
    EXPECT_TRUE(forked(three_written + "1 fork() = 2\n2 exit()\n"));
    EXPECT_FALSE(forked(three_written + "1 madvise(0x10000, 0x3000, MADV_DONTFORK)\n1 fork() = 2\n"));
}

} // namespace
} // namespace model
