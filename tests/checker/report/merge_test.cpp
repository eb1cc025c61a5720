// The shares of a campaign, put together, are the campaign.
#include "checker/report/merge.h"

#include <gtest/gtest.h>

#include "checker/search/shard.h"
#include "checker/support/run.h"
#include "model/fail.h"
#include "tests/document.h"

namespace checker {
namespace {

TEST(Shard, EveryNumberIsInJustOneShare) {
    for (std::uint64_t of = 1; of < 7; ++of)
        for (std::uint64_t total = 0; total < 30; ++total) {
            std::vector<int> times(total);
            for (std::uint64_t index = 0; index < of; ++index) {
                const Shard shard{index, of};
                for (std::uint64_t n = 0; n < shard.count(total); ++n) ++times.at(shard.number(n));
                EXPECT_GE(shard.number(shard.count(total)), total);
            }
            EXPECT_EQ(times, std::vector<int>(total, 1));
        }
}

TEST(Shard, IsReadFromText) {
    EXPECT_EQ(to_text(read_shard("2/3")), "2/3");
    EXPECT_EQ(read_shard("2/3").index, 1u);
    for (const char* wrong :
         {"", "/", "1", "1/", "/2", "0/2", "3/2", "1/2x", "x1/2", "1//2", "-1/2", "1/99999999999999999999"})
        EXPECT_THROW(read_shard(wrong), model::BadInput) << wrong;
}

nlohmann::json campaign(const std::string& more) {
    const std::string command = std::string(RMAPCHECK_BINARY) +
                                " check --runs 200 --seed 3 --length 30 --strategy vm-pgoff --strategy addr-shift "
                                "--minimize-seconds 100 --json " +
                                more;
    std::FILE* pipe = popen(command.c_str(), "r");
    std::string text;
    for (int c; (c = std::fgetc(pipe)) != EOF;) text += static_cast<char>(c);
    pclose(pipe);
    return nlohmann::json::parse(text);
}

TEST(Merge, SharesOfACampaignAreTheCampaign) {
    nlohmann::json one = campaign("");
    EXPECT_GT(one.at("disagreements").size(), 1u);
    std::vector<ShardDocument> shards;
    for (const char* which : {"3/3", "1/3", "2/3"})
        shards.push_back({which, campaign(std::string("--shard ") + which)});
    nlohmann::json together = merged(shards);
    for (nlohmann::json* d : {&one, &together}) {
        for (const char* effort : {"seconds", "pages"}) d->erase(effort); // a page that was walked is not walked again
        for (nlohmann::json& row : d->at("disagreements")) row.erase("tries"); // nor is a sequence tried again
    }
    EXPECT_EQ(together, one);
}

TEST(Merge, OfSharesThatDoNotBelongTogetherIsRefused) {
    const auto share = [](std::uint64_t seed, const char* shard) {
        return ShardDocument{"share",
                             {{"seed", seed}, {"shard", shard}, {"operations_played", nlohmann::json::object()}}};
    };
    EXPECT_THROW(merged({share(1, "1/2"), share(2, "2/2")}), model::BadInput);
    EXPECT_THROW(merged({share(1, "1/3"), share(1, "2/2")}), model::BadInput);
    EXPECT_THROW(merged({share(1, "1/2")}), model::BadInput);
    EXPECT_THROW(merged({share(1, "1/1"), share(1, "1/1")}), model::BadInput);
}

} // namespace
} // namespace checker
