#include "checker/report/explored.h"

#include <gtest/gtest.h>

namespace checker {
namespace {

nlohmann::json explored_document(const Shard& shard) {
    scope::Scope scope;
    scope.ops = {"mmap", "munmap"};
    scope.depth = 3;
    ExploreLimits limits;
    limits.threads = 1;
    limits.shard = shard;
    const std::vector<ExploreReport> reports{
        explore_scope(scope, {}, {&reference(), find_strategy("two-pass")}, limits)};
    return explore_json(reports, answers_of(reports), {shard, true, false, true}).at("explore");
}

TEST(ExploredDocument, OfTheWholeSaysNothingOfShares) {
    const nlohmann::json whole = explored_document({});
    EXPECT_FALSE(whole.contains("share"));
    EXPECT_EQ(whole.at("strategies").at(1).at("found"), "none in scope");
}

TEST(ExploredDocument, OfAShareClaimsNoMoreAndNamesTheStatesThatItMet) {
    const nlohmann::json whole = explored_document({});
    std::size_t met = 0;
    for (std::uint64_t i = 0; i < 2; ++i) {
        const nlohmann::json part = explored_document({i, 2});
        const nlohmann::json& row = part.at("strategies").at(1);
        EXPECT_EQ(row.at("found"), "none in share");
        EXPECT_EQ(row.at("statement").get<std::string>().find("in this share: no sequence of"), 0u);
        const std::string hex = part.at("share").at("searches").at(0).at("states");
        EXPECT_EQ(hex.size(), 32 * part.at("searches").at(0).at("states_at").back().get<std::size_t>());
        EXPECT_EQ(part.at("share").at("shard"), to_text(Shard{i, 2}));
        met += hex.size() / 32;
    }
    EXPECT_GE(met, whole.at("searches").at(0).at("states_at").back().get<std::size_t>());
}

} // namespace
} // namespace checker
