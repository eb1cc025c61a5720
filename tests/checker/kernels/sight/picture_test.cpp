#include "checker/kernels/sight/picture.h"

#include <gtest/gtest.h>

#include "model/trace/trace.h"

namespace checker::kernels {
namespace {

model::Kernel played(std::string_view lines) {
    model::Kernel k = model::boot();
    for (const model::Step& s :
         model::read_trace(std::string(model::trace_header) + "\n" + std::string(lines), "test").steps)
        model::play(k, s);
    return k;
}

constexpr std::string_view merged =
    R"(1 mmap(0x10000, 0x3000, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0) = 0x10000
1 madvise(0x10000, 0x3000, MADV_MERGEABLE) = 0
1 store(0x10000, 0x2000, 0x77)
* ksmd(4)
1 fork() = 2
)";

TEST(Picture, AgreesWithItselfUnderOtherNames) {
    const Picture p = picture_of(played(merged));
    Picture q = p;
    auto rename = [](Name& n) { n = n ? 1000 - n : 0; };
    for (ProcessPicture& process : q.processes) {
        for (VmaPicture& v : process.vmas) {
            rename(v.anon_vma);
            for (Name& n : v.chain) rename(n);
        }
        for (PagePicture& page : process.pages) rename(page.frame), rename(page.anon_vma);
    }
    for (AnonVmaPicture& a : q.anon_vmas) rename(a.name), rename(a.root), rename(a.parent);
    for (NodePicture& n : q.nodes) {
        rename(n.frame);
        for (auto& i : n.items) rename(i.anon_vma);
    }
    EXPECT_TRUE(compare(p, q).empty());
    EXPECT_EQ(to_text(p), to_text(q));
}

// What one level shows and the one below does not.
TEST(Picture, SeesWhatItsLevelShows) {
    const Picture p = picture_of(played(merged));
    Picture q = p;
    q.processes[0].vmas[0].pgoff += 1;
    EXPECT_FALSE(compare(p, q).empty());
    q.level = Level::frames;
    EXPECT_TRUE(compare(p, q).empty());
    q.processes[1].pages[0].mapcount += 1;
    EXPECT_FALSE(compare(p, q).empty());
    q.level = Level::maps;
    EXPECT_TRUE(compare(p, q).empty());
    q.processes[0].vmas[0].flags ^= model::VM_WRITE;
    EXPECT_FALSE(compare(p, q).empty());
}

TEST(Picture, ComparesTreesAndLists) {
    const Picture p = picture_of(played(merged));
    Picture q = p;
    ASSERT_GE(q.nodes[0].items.size(), 2u);
    std::swap(q.nodes[0].items[0], q.nodes[0].items[1]);
    EXPECT_FALSE(compare(p, q).empty());
    q = p;
    q.anon_vmas[0].tree.pop_back();
    EXPECT_FALSE(compare(p, q).empty());
    q = p;
    q.ksm.pages_sharing += 1;
    EXPECT_FALSE(compare(p, q).empty());
    q.has_ksm = false;
    EXPECT_TRUE(compare(p, q).empty());
}

TEST(Picture, ComparesTheSecondOffsetAndRecordedIndicesWhereTheKernelHasThem) {
    const Picture p = picture_of(played(merged));
    Picture q = p;
    *q.processes[0].vmas[0].anon_pgoff += 1;
    EXPECT_FALSE(compare(p, q).empty());
    q = p;
    ASSERT_TRUE(q.nodes[0].items[0].index);
    *q.nodes[0].items[0].index += 1;
    EXPECT_FALSE(compare(p, q).empty());
    for (ProcessPicture& process : q.processes)
        for (VmaPicture& v : process.vmas) v.anon_pgoff.reset();
    for (NodePicture& n : q.nodes)
        for (auto& i : n.items) i.index.reset();
    EXPECT_TRUE(compare(p, q).empty());
}

TEST(Picture, LetsTheKernelTidyUpChainsEarlier) {
    Picture p =
        picture_of(played(R"(1 mmap(0x10000, 0x4000, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_FIXED|MAP_ANONYMOUS, -1, 0)
1 madvise(0x10000, 0x4000, MADV_MERGEABLE)
1 store(0x10000, 0x4000, 0x1)
* knob(max_page_sharing, 2)
* ksmd(2)
1 store(0x10000, 0x2000, 0x2)
* ksmd(2)
)"));
    ASSERT_EQ(p.ksm.stable_node_chains, 1u);
    Picture q = p;
    q.ksm.stable_node_chains = q.ksm.stable_node_dups = 0;
    EXPECT_TRUE(compare(p, q).empty());
    q.ksm.stable_node_dups = 2;
    EXPECT_FALSE(compare(p, q).empty());
    p.ksm.least_chains = 1, p.ksm.least_dups = 1;
    q.ksm.stable_node_dups = 0;
    EXPECT_FALSE(compare(p, q).empty());
}

TEST(Picture, StandsBesideAnother) {
    EXPECT_EQ(side_by_side("same\nleft\nend\n", "same\nright\nend\nmore\n"),
              "model   kernel\n"
              "same    same\n"
              "left  | right\n"
              "end     end\n"
              "      > more\n");
    EXPECT_EQ(side_by_side("a\nb\n", "b\n"),
              "model   kernel\n"
              "a     <\n"
              "b       b\n");
}

} // namespace
} // namespace checker::kernels
