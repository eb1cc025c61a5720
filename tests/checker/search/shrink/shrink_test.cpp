#include "checker/search/shrink/shrink.h"

#include <gtest/gtest.h>

#include <set>

#include "checker/search/shrink/moves.h"
#include "model/trace/trace.h"

namespace checker {
namespace {

Steps stores(int n) {
    Steps steps;
    for (int i = 0; i < n; ++i)
        steps.push_back({1, model::Store{{0x10000}, {0x1000}, {static_cast<std::uint8_t>(i)}}, {}, 0});
    return steps;
}
bool has(const Steps& steps, std::uint8_t byte) {
    for (const model::Step& s : steps)
        if (const auto* store = std::get_if<model::Store>(&s.op); store && store->byte.v == byte) return true;
    return false;
}
constexpr Effort cheap{60, false};

TEST(Shrink, KeepsWhatIsNeededAndNothingElse) {
    for (std::size_t at_once : {1, 16, 64}) {
        std::size_t batches = 0, largest = 0;
        const auto ask = [&](const std::vector<Steps>& variants) {
            ++batches;
            largest = std::max(largest, variants.size());
            std::vector<bool> yes;
            for (const Steps& s : variants) yes.push_back(has(s, 3) && has(s, 17) && has(s, 39));
            return yes;
        };
        const Minimized small = shrink(stores(40), {ask, at_once}, cheap);
        EXPECT_EQ(small.steps.size(), 3u);
        EXPECT_TRUE(small.finished);
        EXPECT_LE(largest, at_once);
        if (at_once == 64) EXPECT_LT(batches, 40u);
    }
}

// Either of two steps is enough: each can go alone, both together cannot.
TEST(Shrink, DoesNotLoseItWhenStepsCannotGoTogether) {
    for (std::size_t at_once : {1, 64}) {
        const auto ask = [](const std::vector<Steps>& variants) {
            std::vector<bool> yes;
            for (const Steps& s : variants) yes.push_back(has(s, 1) || has(s, 6));
            return yes;
        };
        EXPECT_EQ(shrink(stores(8), {ask, at_once}, cheap).steps.size(), 1u);
    }
}

TEST(Shrink, ReturnsWhatDoesNotShowItAsItCame) {
    const auto never = [](const Steps&) { return false; };
    const Minimized same = shrink(stores(3), one_by_one(never), cheap);
    EXPECT_EQ(same.steps, stores(3));
    EXPECT_EQ(same.tries, 1u);
}

// What each edit proposes of a short sequence is another sequence, and never one that was proposed already by it alone.
TEST(Shrink, EveryMoveOfTheTableProposesSomething) {
    const Steps steps{
        {1,
         model::read_step("1 mmap(0, 0x2000, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = 0x14000", "").op,
         model::Result::of(0x14000), 0},
        model::read_step("1 fork() = 2", ""),
        model::read_step("2 store(0x14000, 0x1000, 2)", ""),
        model::read_step("2 store(0x15000, 0x1000, 2)", ""),
        model::read_step("2 mlock(0x14000, 0x1000)", ""),
        model::read_step("* begin a = migrate(2, 0x14000)", ""),
        model::read_step("* advance a", ""),
    };
    for (const Move& move : moves()) {
        std::size_t proposed = 0;
        const std::function<bool(Steps)> propose = [&](const Steps& s) {
            proposed += s != steps;
            return false;
        };
        const std::function<bool()> stop = [&] { return proposed > 1000; };
        compose(edits_of(move), {steps, steps, propose, stop});
        const bool of_long_ones = move.name == "keep the end";
        EXPECT_EQ(proposed == 0, of_long_ones) << move.name;
    }
}

} // namespace
} // namespace checker
