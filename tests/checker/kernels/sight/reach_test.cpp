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
