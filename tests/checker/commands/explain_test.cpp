// `explain`: of every trace that names a cause, what it says is what the model does.
#include <gtest/gtest.h>

#include <filesystem>

#include "checker/judge/cause.h"
#include "checker/judge/runner.h"
#include "checker/report/losses.h"

namespace checker {
namespace {

const std::string corpora = RMAPCHECK_SOURCE_DIR "/corpora";

TEST(Explain, EveryWordOfACauseHasASentence) {
    std::size_t causes = 0;
    for (const std::string& path : traces_below(corpora)) {
        const std::string cause = cause_of(model::load_trace(path));
        if (cause.empty()) continue;
        ++causes;
        for (std::size_t at = cause.find(' '); at != cause.npos;) {
            const std::size_t next = cause.find(' ', at + 1);
            const std::string word = cause.substr(at + 1, next == cause.npos ? next : next - at - 1);
            EXPECT_NE(sentence_for(word), "") << path << ": " << word;
            at = next;
        }
    }
    EXPECT_GT(causes, 50u);
    EXPECT_EQ(sentence_for(""), "");
    EXPECT_EQ(sentence_for("sideways"), "");
}

TEST(Explain, ATraceThatNamesNoCauseIsSaidWithItsPlace) {
    try {
        strategy_of_cause(model::read_trace("# rmapcheck trace 1\n# Cause: nobody knows\n1 brk(0)\n", "some"));
        FAIL();
    } catch (const model::BadInput& e) {
        EXPECT_EQ(std::string(e.what()).rfind("some:1:1: no cause is named", 0), 0u) << e.what();
    }
}

// The rules decide: private files come home in 7.3, where their address is their offset again.
TEST(Explain, LossesAreThoseOfTheRules) {
    const model::Trace trace = model::load_trace(corpora + "/found/addr-shift-own-item-file.trace");
    const Strategy& s = strategy_of_cause(trace);
    EXPECT_EQ(in_words(losses_of(trace, s, *model::find_version("6.18"))), "1:0x10000 1:0x11000");
    EXPECT_EQ(losses_of(trace, s, *model::find_version("6.18")).lifetime, "stays");
    EXPECT_FALSE(losses_of(trace, s, *model::find_version("7.3")).any());
}

} // namespace
} // namespace checker
