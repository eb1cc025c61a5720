#include "checker/kernels/uml/shrink.h"

#include <gtest/gtest.h>

namespace checker::kernels::uml {
namespace {

model::Trace stores(int n) {
    model::Trace t;
    for (int i = 0; i < n; ++i)
        t.steps.push_back({1, model::Store{{0x1000}, {0x1000}, {static_cast<std::uint8_t>(i)}}, {}, 0});
    return t;
}
bool has(const model::Trace& t, std::uint8_t byte) {
    for (const model::Step& s : t.steps)
        if (std::get<model::Store>(s.op).byte.v == byte) return true;
    return false;
}

TEST(Shrink, KeepsWhatIsNeededAndNothingElse) {
    std::size_t batches = 0;
    const model::Trace small = shrink(stores(40), [&](const std::vector<model::Trace>& variants) {
        ++batches;
        std::vector<bool> yes;
        for (const model::Trace& t : variants) yes.push_back(has(t, 3) && has(t, 17) && has(t, 39));
        return yes;
    });
    EXPECT_EQ(small.steps.size(), 3u);
    EXPECT_LT(batches, 40u);
}

// Either of two steps is enough: each can go alone, both together cannot.
TEST(Shrink, DoesNotLoseItWhenStepsCannotGoTogether) {
    const model::Trace small = shrink(stores(8), [](const std::vector<model::Trace>& variants) {
        std::vector<bool> yes;
        for (const model::Trace& t : variants) yes.push_back(has(t, 1) || has(t, 6));
        return yes;
    });
    EXPECT_EQ(small.steps.size(), 1u);
}

} // namespace
} // namespace checker::kernels::uml
