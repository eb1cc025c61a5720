#include "model/text/printable.h"

#include <gtest/gtest.h>

#include "model/fail.h"

namespace model {
namespace {

TEST(Printable, KeepsTextAndShowsTheBytesOfWhatIsNone) {
    EXPECT_EQ(printable("plain ü € 😀"), "plain ü € 😀");
    EXPECT_EQ(printable("\x1b[31m\n\t\x7f"), "\\x1b[31m\\x0a\\x09\\x7f");
    EXPECT_EQ(printable("\xc2\x9b"
                        "31m"),
              "\\xc2\\x9b31m")
        << "a control character of two bytes";
    EXPECT_EQ(printable("\xff\xc3"), "\\xff\\xc3") << "not UTF-8";
    EXPECT_EQ(printable("\xc0\xaf\xe0\x80\xaf\xed\xa0\x80\xf4\x90\x80\x80"),
              "\\xc0\\xaf\\xe0\\x80\\xaf\\xed\\xa0\\x80\\xf4\\x90\\x80\\x80")
        << "overlong, a surrogate, beyond the last character";
}

TEST(Printable, AFailureIsOneLineWhateverItNames) {
    const BadInput e("cannot read `a\nb`", "not \x1b[2J", {"x\n\x1b.trace", 3, 4});
    EXPECT_STREQ(e.what(), "x\\x0a\\x1b.trace:3:4: cannot read `a\\x0ab` (not \\x1b[2J)");
}

} // namespace
} // namespace model
