#include "checker/judge/growth.h"

#include <gtest/gtest.h>

#include <map>

namespace checker {
namespace {

TEST(WalkGrowth, NaiveVisitsAllVmasAndANarrowWalkDoesNot) {
    const std::uint64_t sizes[] = {10, 200};
    const std::vector<Growth> all = measure_growth(all_of(strategies()), sizes);
    EXPECT_EQ(all.size(), 2 * strategies().size());
    std::map<std::string_view, std::map<std::uint64_t, std::uint64_t>> visited;
    for (const Growth& g : all) {
        visited[g.strategy->name][g.vmas] = g.visited;
        EXPECT_GT(g.nanoseconds, 0);
        if (g.strategy == &reference()) EXPECT_EQ(g.found, 2u);
    }
    // Two rmap_items, and each asks twice: for processes of before and after the merge.
    EXPECT_EQ(visited["naive"][200], 4 * 200u);
    EXPECT_EQ(visited["naive"][10], 4 * 10u);
    EXPECT_EQ(visited["linear-index"][200], visited["linear-index"][10]);
    EXPECT_LT(visited["linear-index"][200], 10u);
}

} // namespace
} // namespace checker
