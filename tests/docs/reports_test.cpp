// The pages of docs/reports that cost little are what the program says now; every page is there, and was made by it.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "checker/report/pages/pages.h"
#include "model/trace/trace.h"

namespace checker {
namespace {

std::string committed(const ReportPage& page) {
    std::ifstream file(RMAPCHECK_SOURCE_DIR "/" + file_of(page));
    std::stringstream text;
    text << file.rdbuf();
    return text.str();
}

TEST(Reports, CheapPagesAreWhatTheProgramSaysNow) {
    std::size_t compared = 0;
    for (const ReportPage& page : report_pages()) {
        if (!page.member.empty()) continue;
        ++compared;
        EXPECT_EQ(committed(page), page_text(page, {RMAPCHECK_SOURCE_DIR "/corpora", {}}))
            << "docs/reports/make.sh makes it again";
    }
    EXPECT_GE(compared, 2u);
}

TEST(Reports, WhatIsThereWasMadeByTheProgram) {
    for (const auto& file : std::filesystem::directory_iterator(RMAPCHECK_SOURCE_DIR "/docs/reports")) {
        const std::string ending = file.path().extension();
        if (ending != ".md" && ending != ".svg") continue;
        const ReportPage* page = find_page(file.path().stem().string());
        ASSERT_TRUE(page) << file.path();
        EXPECT_EQ(page->picture, ending == ".svg") << file.path();
        if (page->picture) {
            EXPECT_NE(committed(*page).find(std::string("<desc>") + std::string(page->sentence) + ". Made by"),
                      std::string::npos)
                << file.path();
            continue;
        }
        EXPECT_EQ(
            committed(*page).rfind("# " + std::string(page->sentence) + "\n\nMade by `rmapcheck report --page ", 0), 0u)
            << file.path();
    }
}

TEST(Reports, EveryPageIsThere) {
    for (const ReportPage& page : report_pages()) EXPECT_FALSE(committed(page).empty()) << file_of(page);
}

TEST(Reports, ADocumentThatAPageIsNotMadeFromIsRefused) {
    const ReportPage* page = find_page("minimality");
    ASSERT_TRUE(page);
    EXPECT_THROW(page_text(*page, {"", {{"x.json", nlohmann::json{{"walks", 1}}}}}), model::BadInput);
}

TEST(Reports, TablesEscapeBarsAndNumbersAreGrouped) {
    EXPECT_EQ(markdown_table({"a"}, {{"x|y"}}), "| a |\n| --- |\n| x\\|y |\n");
    EXPECT_EQ(grouped(0), "0");
    EXPECT_EQ(grouped(999), "999");
    EXPECT_EQ(grouped(1000), "1,000");
    EXPECT_EQ(grouped(26747286), "26,747,286");
}

} // namespace
} // namespace checker
