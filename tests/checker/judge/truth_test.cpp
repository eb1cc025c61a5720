#include "checker/judge/truth.h"

#include <gtest/gtest.h>

namespace checker {
namespace {

TEST(Oracle, ListsEveryEntryOfTheFolioAndNoOther) {
    const PageTables tables{{1, {{{0x10}, 7}, {{0x11}, 8}, {{0x12}, 7}}}, {2, {}}, {5, {{{0x10}, 7}}}};
    EXPECT_EQ(oracle(tables, 7), (std::vector<MappedAt>{{1, {0x10}}, {1, {0x12}}, {5, {0x10}}}));
    EXPECT_EQ(oracle(tables, 8), (std::vector<MappedAt>{{1, {0x11}}}));
    EXPECT_TRUE(oracle(tables, 9).empty());
}

} // namespace
} // namespace checker
