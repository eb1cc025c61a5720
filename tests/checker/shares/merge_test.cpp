// The shares of a campaign, put together, are the campaign.
#include "checker/shares/merge.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdio>

#include "checker/report/findings.h"
#include "checker/search/shard.h"
#include "checker/shares/merge_explored.h"
#include "checker/shares/merge_kernel.h"
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

nlohmann::json printed(const std::string& arguments) {
    const std::string command = std::string(RMAPCHECK_BINARY) + " " + arguments;
    std::FILE* pipe = popen(command.c_str(), "r");
    std::string text;
    for (int c; (c = std::fgetc(pipe)) != EOF;) text += static_cast<char>(c);
    pclose(pipe);
    return nlohmann::json::parse(text);
}

nlohmann::json campaign(const std::string& more) {
    return printed(
        "check --runs 200 --seed 3 --length 30 --strategy vm-pgoff --strategy addr-shift "
        "--minimize-seconds 100 --json " +
        more);
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
        for (nlohmann::json& row : d->at("disagreements"))
            for (const char* effort : {"tries", "seconds"}) row.erase(effort); // nor is a sequence tried again
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

struct Searched {
    const char* name;
    const char* arguments;
    const char* found; // stands in the document of all of it
};
class MergedSearch : public testing::TestWithParam<Searched> {};
INSTANTIATE_TEST_SUITE_P(
    , MergedSearch,
    testing::Values(
        Searched{"EveryKind", "--depth 3", "none in scope"},
        Searched{"RefutedInTheLastOperations",
                 "--depth 5 --strategy addr-shift --strategy two-pass --ops mmap,madvise,store,mremap,ksmd", "refuted"},
        Searched{"AllRefuted", "--depth 5 --strategy addr-shift --ops mmap,madvise,store,mremap,ksmd",
                 "\"exhausted\":false"},
        Searched{"RefutedBefore", "--depth 7 --strategy addr-shift --ops mmap,madvise,store,mremap,ksmd", "refuted"},
        Searched{
            "EachCause",
            "--all --depth 5 --strategy orig-vma --strategy addr-shift --ops mmap,madvise,store,mremap,ksmd,munmap",
            "\"cause\":"},
        Searched{"NothingIsLeftToDo", "--depth 9 --pages 1 --ops mmap,munmap --strategy two-pass", "none in scope"},
        Searched{"StaleEntries",
                 "--depth 13 --flights 2 --begins 2 --drive linear-index --strategy linear-index --ops migrate,mremap "
                 "--from FAMILY",
                 "\"security\":[{"}),
    [](const auto& searched) { return searched.param.name; });

// But for what it cost.
nlohmann::json without_costs(nlohmann::json document) {
    for (nlohmann::json& search : document.at("explore").at("searches"))
        for (const char* cost : {"seconds", "bytes", "bytes_on_disk"}) search.erase(cost);
    return document;
}

// Two processes, one of them mergeable, share what is merged.
constexpr const char* family =
    "# rmapcheck trace 1\n"
    "1 mmap(0x10000, 0x2000, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_FIXED|MAP_ANONYMOUS, -1, 0)\n"
    "1 store(0x10000, 0x2000, 0x11)\n"
    "1 fork() = 2\n"
    "1 madvise(0x10000, 0x2000, MADV_MERGEABLE)\n"
    "* ksmd(2)\n";

TEST_P(MergedSearch, IsTheSearch) {
    std::string search = std::string("explore --threads 2 --json ") + GetParam().arguments;
    const std::string file = fmt::format("{}family-{}.trace", testing::TempDir(), getpid());
    if (const std::size_t at = search.find("FAMILY"); at != std::string::npos) {
        write_whole(file, family);
        search.replace(at, 6, file);
    }
    const nlohmann::json one = printed(search);
    EXPECT_NE(one.dump().find(GetParam().found), std::string::npos) << one.dump(1);
    for (const int of : {2, 3}) {
        std::vector<ShardDocument> shares;
        for (int i = of; i > 0; --i) {
            const std::string which = fmt::format("{}/{}", i, of);
            shares.push_back({which, printed(search + " --shard " + which)});
        }
        EXPECT_EQ(without_costs(merged_explored(shares)), without_costs(one));
        hand_over(fmt::format("explore.{}-{}", GetParam().name, of), shares.front().json);
    }
    std::remove(file.c_str());
}

// A gate of five traces as one, and as the share that plays every so many of them.
kernels::uml::Findings five_traces(const Shard& shard) {
    using namespace kernels::uml;
    Findings f;
    f.tree = "linux";
    f.version = "7.3.4";
    f.has_reference = true;
    f.shard = shard;
    f.strategy = "linear-index";
    for (std::uint64_t n = 0; n < shard.count(5); ++n) {
        const std::uint64_t number = shard.number(n);
        TraceVerdict& v = f.verdicts.emplace_back();
        v.name = fmt::format("{}.trace", number);
        v.pages = 1;
        if (number == 4) v.contradictions = {"they differ"};
        if (number == 1 || number == 2) {
            v.lost.push_back({7, Occasion::walk, {1, model::Vpn{16}}, Lasting::stays});
            f.strategy_differs.push_back(v.name + ": elsewhere");
            Effect& e = f.effects.emplace_back();
            e.trace = v.name;
            e.line = 7;
        }
        const std::size_t steps = number == 2 ? 5 : 9;
        if (v.regressed() && (!f.shortest || steps < f.shortest->steps)) {
            f.shortest = Findings::Shortest{true, steps, number};
            f.smallest_path = "kernel.trace";
            f.smallest = model::Trace{};
            f.smallest->remarks = {{0, "# from " + v.name, 1}};
        }
    }
    f.candidate.boots = shard.count(5);
    if (shard.index == 0) f.costs.push_back({"many", 10, 20, 0, 0, {}});
    return f;
}

TEST(MergedGate, IsTheGate) {
    const nlohmann::json one = findings_json(five_traces({}));
    EXPECT_EQ(one.at("kernel").at("verdict"), "refuted");
    for (const std::uint64_t of : {2, 3, 7}) {
        std::vector<ShardDocument> shares;
        for (std::uint64_t i = of; i-- > 0;) shares.push_back({"share", findings_json(five_traces({i, of}))});
        EXPECT_EQ(merged_kernel(shares), one) << of;
        hand_over(fmt::format("gate-kernel.share-{}", of), shares.front().json);
        EXPECT_EQ(standing_in(merged_kernel(shares)), Standing::refuted);
        shares.back().json["kernel"]["version"] = "6.12";
        EXPECT_THROW(merged_kernel(shares), model::BadInput);
        shares.pop_back();
        EXPECT_THROW(merged_kernel(shares), model::BadInput);
    }
}

// Contradicting eyes are in one share, what is lost in another: the verdict is that of all.
TEST(MergedGate, TheVerdictIsThatOfAllTraces) {
    std::vector<ShardDocument> shares;
    for (std::uint64_t i = 0; i < 5; ++i) shares.push_back({"share", findings_json(five_traces({i, 5}))});
    for (ShardDocument& d : shares) d.json["kernel"]["traces"][0]["lost"] = nlohmann::json::array();
    EXPECT_EQ(shares[0].json["kernel"]["verdict"], "holds");
    const nlohmann::json all = merged_kernel(shares);
    EXPECT_EQ(all.at("kernel").at("verdict"), "unknown");
    EXPECT_NE(all.at("kernel").at("reason").get<std::string>().find("4.trace"), std::string::npos);
}

} // namespace
} // namespace checker
