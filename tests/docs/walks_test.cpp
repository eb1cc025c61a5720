// docs/walks.md has a row for every strategy of the catalogue, with its claim.
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "checker/walks/walks.h"

namespace {

TEST(WalksDocument, HasARowForEveryStrategyWithItsClaim) {
    std::ifstream file(RMAPCHECK_SOURCE_DIR "/docs/walks.md");
    std::size_t rows = 0;
    for (std::string line; std::getline(file, line);)
        for (const checker::Strategy& s : checker::strategies()) {
            if (line.rfind("| `" + std::string(s.name) + "` |", 0) != 0) continue;
            ++rows;
            const std::string claim = line.substr(line.rfind('|', line.size() - 2) + 2);
            EXPECT_EQ(claim.rfind(to_string(s.claim), 0), 0u) << line;
        }
    EXPECT_EQ(rows, checker::strategies().size());
}

} // namespace
