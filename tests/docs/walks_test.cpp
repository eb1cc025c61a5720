// The table of docs/walks.md is what the plans say: a row for every strategy, in the order of the catalogue.
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "checker/walks/walks.h"

namespace {

TEST(WalksDocument, HasTheRowOfEveryStrategy) {
    std::ifstream file(RMAPCHECK_SOURCE_DIR "/docs/walks.md");
    std::string rows, expected;
    for (std::string line; std::getline(file, line);)
        if (line.starts_with("| `")) rows += line + "\n";
    for (const checker::Strategy& s : checker::strategies()) expected += checker::table_row(s) + "\n";
    EXPECT_EQ(rows, expected);
}

} // namespace
