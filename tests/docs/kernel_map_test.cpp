// docs/kernel-map.md and the code say the same: every source file and operation of the model is in the map, and what
// the map names exists.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <utility>

#include "model/ops.h"

namespace {

namespace fs = std::filesystem;

const fs::path root = RMAPCHECK_SOURCE_DIR;

std::string text_of(const fs::path& file) {
    std::ifstream in(file);
    EXPECT_TRUE(in) << file;
    std::stringstream text;
    text << in.rdbuf();
    return text.str();
}

const std::string& map_text() {
    static const std::string text = text_of(root / "docs/kernel-map.md");
    return text;
}

// Every `FILE: FUNCTION` of the map.
std::set<std::pair<std::string, std::string>> named() {
    static const std::regex pattern("`(model/[A-Za-z0-9_/]+\\.(?:cpp|h)): ([A-Za-z0-9_]+)`");
    std::set<std::pair<std::string, std::string>> all;
    const std::string& text = map_text();
    for (std::sregex_iterator m(text.begin(), text.end(), pattern), end; m != end; ++m) all.emplace((*m)[1], (*m)[2]);
    return all;
}

// Does the text define (or for a template, declare and define) a function of that name? Comments do not count.
bool has_function(std::string text, const std::string& name) {
    text = std::regex_replace(text, std::regex("//[^\n]*"), "");
    return std::regex_search(text, std::regex("\\b" + name + "\\("));
}

TEST(KernelMap, NamesEverySourceFileOfTheModel) {
    std::set<std::string> files;
    for (const auto& [file, function] : named()) files.insert(file);
    std::size_t seen = 0;
    for (const char* folder : {"model", "model/ops"})
        for (const auto& entry : fs::directory_iterator(root / folder)) {
            if (entry.path().extension() != ".cpp" || entry.path().stem() == "fail") continue; // which has no rule
            ++seen;
            const std::string file = fs::relative(entry.path(), root).generic_string();
            EXPECT_TRUE(files.contains(file)) << file << " has no function in docs/kernel-map.md";
        }
    EXPECT_GT(seen, 20u);
}

TEST(KernelMap, HasARowForEveryOperation) {
    const auto expect_row = [&](std::string_view name) {
        EXPECT_NE(map_text().find("\n| `" + std::string(name) + "` |"), std::string::npos) << name;
    };
    [&]<std::size_t... I>(std::index_sequence<I...>) {
        (expect_row(std::variant_alternative_t<I, model::Operation>::name), ...);
    }
    (std::make_index_sequence<std::variant_size_v<model::Operation>>{});
}

TEST(KernelMap, HasARowForEveryDifferenceOfVersions) {
    for (const model::RuleName& rule : model::rule_names)
        EXPECT_NE(map_text().find("\n| `" + std::string(rule.name) + "` |"), std::string::npos) << rule.name;
}

TEST(KernelMap, EveryPieceOfAMendHasARowAndAMutant) {
    const std::string mutants = text_of(root / "tests/mutants/mutants.cmake");
    for (const model::MendName& m : model::mend_names) {
        EXPECT_NE(map_text().find("\n| `" + std::string(m.name) + "` |"), std::string::npos) << m.name;
        std::string name(m.name);
        std::ranges::replace(name, '-', '_');
        EXPECT_NE(mutants.find("rmapcheck_mutant(" + name), std::string::npos) << m.name;
    }
}

TEST(KernelMap, EveryDifferenceOfVersionsHasAMutant) {
    const std::string mutants = text_of(root / "tests/mutants/mutants.cmake");
    for (const model::RuleName& rule : model::rule_names)
        EXPECT_NE(mutants.find(rule.name), std::string::npos) << rule.name;
}

TEST(KernelMap, NamesOnlyWhatExists) {
    const auto all = named();
    EXPECT_GT(all.size(), 80u);
    for (const auto& [file, function] : all) {
        ASSERT_TRUE(fs::exists(root / file)) << file;
        EXPECT_TRUE(has_function(text_of(root / file), function)) << file << ": " << function;
    }
}

TEST(KernelMap, WouldNoticeAFunctionThatIsGone) {
    EXPECT_FALSE(has_function(text_of(root / "model/merge.cpp"), "no_such_function"));
    EXPECT_FALSE(has_function("// vanished() was here\n", "vanished"));
}

} // namespace
