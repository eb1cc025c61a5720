// Walks over a picture. Here the picture is the model's own, so that every strategy must reach in it what it finds.
#include <gtest/gtest.h>

#include <filesystem>

#include "checker/judge/runner.h"
#include "checker/kernels/sight/reach.h"
#include "model/trace/trace.h"

namespace checker::kernels {
namespace {

TEST(Reach, EveryStrategyReachesInAPictureWhatItFinds) {
    WalksCompared walks;
    for (const std::string& path : traces_below(RMAPCHECK_SOURCE_DIR "/corpora/strategies")) {
        Session session = start_session({});
        for (const model::Step& step : model::load_trace(path).steps) {
            checker::play(session, step);
            const Picture seen = picture_of(session.machines.front().kernel);
            EXPECT_EQ(compare_walks(session, seen, walks), std::vector<std::string>{}) << path << ":" << step.line;
        }
    }
    for (const Strategy& s : strategies()) EXPECT_GT(walks[&s], 0u) << s.name;
}

// Two mappings of a file that are neighbours in the file and not in memory, both merged into one page.
Session merged_files() {
    Session session = start_session({});
    for (const model::Step& step : model::read_trace("# rmapcheck trace 1\n"
                                                     "1 mmap(0x10000, 0x1000, 3, MAP_PRIVATE|MAP_FIXED, 3, 0x5000)\n"
                                                     "1 mmap(0x20000, 0x1000, 3, MAP_PRIVATE|MAP_FIXED, 3, 0x6000)\n"
                                                     "1 madvise(0x10000, 0x1000, MADV_MERGEABLE)\n"
                                                     "1 madvise(0x20000, 0x1000, MADV_MERGEABLE)\n"
                                                     "1 store(0x10000, 0x1000, 0x11)\n"
                                                     "1 store(0x20000, 0x1000, 0x11)\n"
                                                     "* ksmd(2)\n",
                                                     "t")
                                       .steps)
        checker::play(session, step);
    return session;
}

// Since 7.3 trees are keyed by the anonymous offset, and the kernel records the index: both are read, not assumed.
TEST(Reach, ReadsTheSecondOffsetAndTheRecordedIndex) {
    const Session session = merged_files();
    Picture seen = picture_of(session.machines.front().kernel);
    ASSERT_EQ(seen.processes[0].vmas[0].pgoff, 5u);
    ASSERT_EQ(seen.processes[0].vmas[0].anon_pgoff, 0x10u);
    ASSERT_EQ(seen.nodes.size(), 1u);
    ASSERT_EQ(seen.nodes[0].items[0].index, model::vpn(seen.nodes[0].items[0].address).n);
    WalksCompared walks;
    EXPECT_EQ(compare_walks(session, seen, walks), std::vector<std::string>{});

    Picture before = seen; // as a kernel would look that has one offset: its trees would not give these VMAs
    for (VmaPicture& v : before.processes[0].vmas) v.anon_pgoff.reset();
    EXPECT_FALSE(compare_walks(session, before, walks).empty());

    Picture other = seen;
    other.nodes[0].items[0].index = 0x99;
    const auto lines = compare_walks(session, other, walks);
    ASSERT_EQ(lines.size(), 1u);
    EXPECT_TRUE(lines[0].starts_with("linear-index on the page")) << lines[0];
}

TEST(Reach, SeesWhatTheKernelsTreesDoNotHave) {
    Session session = start_session({});
    for (const model::Step& step :
         model::read_trace("# rmapcheck trace 1\n"
                           "1 mmap(0x10000, 0x2000, 3, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0)\n"
                           "1 store(0x10000, 0x2000, 0x11)\n"
                           "1 madvise(0x10000, 0x2000, MADV_MERGEABLE)\n"
                           "* ksmd(2)\n",
                           "t")
             .steps)
        checker::play(session, step);
    Picture seen = picture_of(session.machines.front().kernel);
    WalksCompared walks;
    EXPECT_TRUE(compare_walks(session, seen, walks).empty());
    EXPECT_EQ(walks.size(), strategies().size());
    for (AnonVmaPicture& a : seen.anon_vmas) a.tree.clear();
    // The machine with the union has another picture than this one, so its strategy is not asked.
    EXPECT_EQ(compare_walks(session, seen, walks).size(), strategies().size() - 1);
}

} // namespace
} // namespace checker::kernels
