// Traces that are changed as a fuzzer changes them.
#include "tests/fuzz/sequences.h"

#include <gtest/gtest.h>

#include "checker/judge/runner.h"
#include "model/fail.h"
#include "model/trace/trace.h"
#include "tests/tried.h"

namespace fuzz {
namespace {

constexpr std::size_t most = 4096;
const std::string corpora = RMAPCHECK_SOURCE_DIR "/corpora";

std::string text_of(const std::string& path) { return model::to_text(model::load_trace(path)); }

// Throws if not.
void require_played(const std::string& text) {
    model::require_playable(model::read_trace(text, "changed"), model::Config{});
}

TEST(ChangedSequences, CanBePlayedAndAreOthers) {
    std::size_t others = 0, tries = 0;
    for (const std::string& path : checker::traces_below(corpora + "/found")) {
        const std::string text = text_of(path);
        for (std::uint64_t seed = 1; seed <= 40; ++seed) {
            const std::string after = changed(text, seed, most);
            ASSERT_NO_THROW(require_played(after)) << path << " seed " << seed << "\n" << after;
            EXPECT_EQ(changed(text, seed, most), after);
            EXPECT_LE(after.size(), most);
            ++tries;
            model::Trace plain = model::read_trace(text, "x");
            plain.remarks.clear();
            plain.expectations.clear();
            others += after != model::to_text(plain);
            tried("a sequence that a fuzzer changed", tries);
        }
    }
    EXPECT_GT(others, tries / 2);
}

TEST(ChangedSequences, WhatIsNoTraceBecomesOne) {
    for (const char* text : {"", "hello", "# rmapcheck trace 1\n", "\xff\xfe"}) {
        const std::string after = changed(text, 7, most);
        ASSERT_NO_THROW(require_played(after)) << after;
        EXPECT_GT(model::read_trace(after, "x").steps.size(), 3u);
    }
}

TEST(ChangedSequences, KeepToTheirSize) {
    const std::string text = text_of(checker::traces_below(corpora + "/found").front());
    for (const std::size_t bytes : {std::size_t{0}, std::size_t{10}, std::size_t{100}, std::size_t{300}}) {
        EXPECT_LE(changed(text, 1, bytes).size(), bytes);
        EXPECT_LE(crossed(text, text, 1, bytes).size(), bytes);
    }
}

TEST(ChangedSequences, ACrossHasOperationsOfBoth) {
    const std::string one =
        "# rmapcheck trace 1\n1 mmap(0x10000, 0x1000, PROT_READ|PROT_WRITE, "
        "MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0)\n1 store(0x10000, 0x1000, 0x11)\n";
    const std::string other = "# rmapcheck trace 1\n1 fork() = 2\n1 fork() = 3\n";
    bool both = false;
    for (std::uint64_t seed = 1; seed < 30; ++seed) {
        const std::string text = crossed(one, other, seed, most);
        ASSERT_NO_THROW(require_played(text)) << text;
        both = both || (text.find("mmap") != text.npos && text.find("fork") != text.npos);
    }
    EXPECT_TRUE(both);
}

TEST(CausesOfASequence, AreThoseThatItsTraceIsAbout) {
    const std::string loss = text_of(corpora + "/explored/linear-index-other-item-record-stale-moved.trace");
    EXPECT_TRUE(causes_in(loss).contains("linear-index: regressed other-item record-stale moved"));
    EXPECT_TRUE(causes_in("hello").empty());
    EXPECT_TRUE(causes_in("# rmapcheck trace 1\n1 fork() = 2\n").empty());
}

// A fuzzer that begins with what is known finds what is not: here the corpora of one folder are all that is known.
TEST(CausesOfASequence, AChangeComesToACauseThatIsNotKnown) {
    std::set<std::string> known = causes_below(corpora + "/history");
    std::vector<std::string> pool;
    for (const std::string& path : checker::traces_below(corpora + "/history")) pool.push_back(text_of(path));
    std::size_t fresh = 0;
    for (std::uint64_t seed = 1; seed <= 3000 && fresh < 3; ++seed) {
        const std::string text = changed(pool[seed % pool.size()], seed, most);
        bool found = false;
        for (const std::string& cause : causes_in(text)) found |= known.insert(cause).second;
        if (found) pool.push_back(text);
        fresh += found;
    }
    EXPECT_EQ(fresh, 3u);
}

} // namespace
} // namespace fuzz
