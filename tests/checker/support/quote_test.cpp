#include "checker/support/quote.h"

#include <gtest/gtest.h>

namespace checker {
namespace {

TEST(Quote, CommandsAreOneLineWithoutControlCharacters) {
    EXPECT_EQ(shell_quoted("a/b.trace"), "a/b.trace");
    EXPECT_EQ(shell_quoted("it's"), "'it'\\''s'");
    EXPECT_EQ(shell_quoted("x\n\x1b[31m'\\\xff"), "$'x\\012\\033[31m\\047\\134\\377'");
}

} // namespace
} // namespace checker
