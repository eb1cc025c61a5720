#include "checker/search/scope/visited.h"

#include <gtest/gtest.h>

#include <set>
#include <vector>

namespace checker {
namespace {

using Form = std::vector<std::uint64_t>;

TEST(Visited, KeepsTheLeastPlaceOfADepth) {
    scope::Visited v(1 << 20);
    const scope::Fingerprint f{1, 2};
    EXPECT_EQ(v.insert(f, {3, 9, 9}), scope::Visited::Met::first_time);
    EXPECT_EQ(v.insert(f, {3, 8, 17}), scope::Visited::Met::before);
    EXPECT_EQ(v.insert(f, {4, 1, 1}), scope::Visited::Met::before);
    EXPECT_EQ(v.place_of(f).depth(), 3u);
    EXPECT_EQ(v.place_of(f).parent(), 8u);
    EXPECT_EQ(v.place_of(f).step(), 17u);
    EXPECT_EQ(v.place_of({2, 1}).word, 0u);
    EXPECT_EQ(v.size(), 1u);
}

TEST(Visited, SaysWhenThereIsNoRoom) {
    scope::Visited v(1000000);
    std::uint64_t n = 0;
    while (v.insert(scope::fingerprint(Form{n}), {0, 0, 0}) == scope::Visited::Met::first_time) ++n;
    EXPECT_EQ(v.size(), n);
    EXPECT_GT(n, 10000u);
    EXPECT_LE(v.bytes(), 1000000u);
    for (std::uint64_t i = 0; i < n; ++i) EXPECT_NE(v.place_of(scope::fingerprint(Form{i})).word, 0u);
}

TEST(Fingerprint, DependsOnEveryBit) {
    Form form(9);
    std::set<scope::Fingerprint> met{scope::fingerprint(form)};
    for (std::size_t i = 0; i < form.size(); ++i)
        for (unsigned bit = 0; bit < 64; ++bit) {
            Form other = form;
            other[i] ^= std::uint64_t{1} << bit;
            EXPECT_TRUE(met.insert(scope::fingerprint(other)).second);
        }
    EXPECT_TRUE(met.insert(scope::fingerprint(Form(8))).second);
    EXPECT_TRUE(met.insert(scope::fingerprint(Form(10))).second);
}

} // namespace
} // namespace checker
