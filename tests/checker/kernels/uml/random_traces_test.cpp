// Random sequences for guests: whole, and without what a guest cannot play or the model simplifies.
#include "checker/kernels/uml/random_traces.h"

#include <gtest/gtest.h>

#include "checker/kernels/uml/script.h"
#include "checker/walks/walks.h"

namespace checker::kernels::uml {
namespace {

std::vector<model::Trace> some(const model::Config& config) { return random_traces(config, 7, 200, 40); }

bool has(const model::Trace& trace, const std::string& words) {
    return model::to_text(trace).find(words) != std::string::npos;
}

TEST(RandomTraces, CanAllBePlayed) {
    const model::Config config;
    std::size_t walks = 0, pageouts = 0;
    for (const model::Trace& trace : some(config)) {
        EXPECT_EQ(script_of(trace, {config, {}, false, {}}).unplayable, "") << model::to_text(trace);
        EXPECT_FALSE(has(trace, "MADV_FREE") || has(trace, "MAP_LOCKED") || has(trace, " mlock("));
        walks += has(trace, "* walk(");
        pageouts += has(trace, "MADV_PAGEOUT");
    }
    EXPECT_GT(walks, 30u);
    EXPECT_GT(pageouts, 10u); // only where nothing of the range came back from swap
}

// What a walk lets reclaim and migration reach decides where a sequence goes on: from the first difference, which some
// of these have, everything else may differ.
TEST(RandomTraces, GoWhereTheWalkOfTheKernelLeads) {
    model::Config config, driven;
    driven.drive = driver_of(*find_strategy("addr-shift"));
    const auto with = [](const model::Config& c) {
        std::vector<std::string> texts;
        for (const model::Trace& t : random_traces(c, 7, 1000, 60)) texts.push_back(model::to_text(t));
        return texts;
    };
    const std::vector<std::string> a = with(config), b = with(driven);
    ASSERT_EQ(a.size(), b.size());
    std::size_t same = 0;
    for (std::size_t i = 0; i < a.size(); ++i) same += a[i] == b[i];
    EXPECT_LT(same, a.size());
    EXPECT_GT(same, a.size() / 2);
}

} // namespace
} // namespace checker::kernels::uml
