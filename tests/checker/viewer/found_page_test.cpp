#include "checker/viewer/found_page.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include <filesystem>

#include "checker/search/shrink/found.h"
#include "properties/properties.h"

namespace checker {
namespace {

using nlohmann::json;

const std::string lost_trace =
    RMAPCHECK_SOURCE_DIR "/corpora/explored/linear-index-other-item-record-stale-moved.trace";

json header_of(const std::string& page) {
    const std::size_t begin = page.find("id=\"data\">\n") + 11;
    return json::parse(page.substr(begin, page.find('\n', begin) - begin));
}

TEST(FoundPage, OfACampaignShowsTheCandidateAndItsLoss) {
    CheckOptions o;
    o.seed = 1;
    o.runs = 2000;
    o.strategies = {find_strategy("addr-shift")};
    const CheckReport report = check(o, Lists{}, {});
    ASSERT_FALSE(report.disagreements.empty());
    const std::vector<Found> found = minimize_sightings(report.disagreements, o.config, 1, [](std::size_t) {});
    for (const Found& f : found) {
        if (f.lifetime.empty()) continue; // not a loss
        const json header = header_of(page_of_found(found_text(f), "x.trace", f.config, f.minimal.cause.strategy));
        EXPECT_EQ(header["trace"], "x.trace");
        EXPECT_EQ(header["candidate"], "addr-shift");
        EXPECT_EQ(header["failures"], json::array());
        bool missed = false;
        for (const json& v : header["verdicts"]) missed |= v["strategy"] == "addr-shift" && !v["missed"].empty();
        EXPECT_TRUE(missed) << found_text(f);
    }
}

TEST(FoundPage, OfAReferenceHasNoCandidateBesideIt) {
    const json header =
        header_of(page_of_found(model::to_text(model::load_trace(lost_trace)), "x", model::Config{}, &reference()));
    EXPECT_EQ(header["strategies"].size(), 1u);
    EXPECT_EQ(
        header_of(page_of_found(model::to_text(model::load_trace(lost_trace)), "x", {}, nullptr))["strategies"].size(),
        strategies().size());
}

TEST(FoundPage, OfAKernelSaysWhatTheKernelDid) {
    kernels::uml::Findings f;
    kernels::uml::TraceVerdict v;
    v.name = "loss";
    v.lost.push_back({11, kernels::uml::Occasion::walk, {2, model::vpn(0x10000)}, kernels::uml::Lasting::stays});
    f.verdicts.push_back(v);
    f.strategy = "linear-index";
    const json header = header_of(page_on_kernel(model::load_trace(lost_trace), f));
    EXPECT_EQ(header["why"][0], "# On the kernel: refuted: 1 entries lost (0 heal, 1 stay).");
    EXPECT_EQ(header["candidate"], "linear-index");
    EXPECT_EQ(header["trace"], "linear-index-other-item-record-stale-moved.trace");
}

TEST(FoundPage, IsWrittenWhereThereIsAFolder) {
    const std::string folder = testing::TempDir() + "pages", text = model::to_text(model::load_trace(lost_trace));
    make_folder(folder);
    Outputs outputs;
    EXPECT_EQ(save_page(text, "x", {}, nullptr, "", outputs), "");
    EXPECT_EQ(save_page(text, "x", {}, nullptr, folder, outputs), folder + "/x.html");
    EXPECT_EQ(read_whole(folder + "/x.html"), page_of_found(text, "x", {}, nullptr));
    EXPECT_EQ(save_page(text, "x", {}, nullptr, folder + "/not/there", outputs), "");
    EXPECT_THROW(outputs.complain(), model::BadInput);
    std::filesystem::remove_all(folder);
}

} // namespace
} // namespace checker
