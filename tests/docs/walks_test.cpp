// The tables of docs/walks.md are what the plans say: a row for every strategy, in the order of the catalogue, then of
// those of mends.
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
    for (const auto list : {checker::strategies(), checker::mending_strategies(), checker::strategies(checker::anon),
                            checker::strategies(checker::file_backed)})
        for (const checker::Strategy& s : list) expected += checker::table_row(s) + "\n";
    EXPECT_EQ(rows, expected);
}

} // namespace
