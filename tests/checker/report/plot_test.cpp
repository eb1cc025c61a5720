#include "checker/report/plot.h"

#include <gtest/gtest.h>

#include <set>

namespace checker {
namespace {

std::size_t occurrences(const std::string& text, const std::string& what) {
    std::size_t n = 0;
    for (std::size_t at = 0; (at = text.find(what, at)) != text.npos; at += what.size()) ++n;
    return n;
}

TEST(Ticks, CoverTheValuesInRoundSteps) {
    EXPECT_EQ(ticks(0, 6, false), (std::vector<double>{0, 1, 2, 3, 4, 5, 6}));
    EXPECT_EQ(ticks(0, 83, false), (std::vector<double>{0, 20, 40, 60, 80, 100}));
    EXPECT_EQ(ticks(0, 0, false).size(), 2u);
    EXPECT_EQ(ticks(3, 4200, true), (std::vector<double>{1, 10, 100, 1000, 10000}));
    EXPECT_EQ(ticks(10, 1000, true), (std::vector<double>{10, 100, 1000}));
    EXPECT_EQ(ticks(10, 10, true).size(), 2u);
    for (const double most : {0.003, 0.7, 12.0, 999.0, 123456.0}) {
        const std::vector<double> all = ticks(0, most, false);
        EXPECT_LE(all.size(), 10u) << most;
        EXPECT_GE(all.back(), most * (1 - 1e-9));
        EXPECT_LT(all[all.size() - 2], most);
    }
    EXPECT_EQ(tick_text(50000), "50 k");
    EXPECT_EQ(tick_text(2500000), "2.5 M");
    EXPECT_EQ(tick_text(0.1), "0.1");
}

TEST(Plots, PointsStandWhereTheirAxesSay) {
    const std::string text = svg({"t", {"x", true}, {"y", true}, {{"a", {{10, 10}, {1000, 1000}}}}});
    // 78 from the left to 220 from the right of 760; 52 from below to 40 from above of 420
    EXPECT_NE(text.find("d=\"M78.0 368.0L540.0 40.0\""), text.npos) << text;
    const std::string linear = svg({"t", {"x"}, {"y"}, {{"a", {{0, 0}, {5, 1}, {10, 2}}, true}}});
    EXPECT_NE(linear.find("d=\"M78.0 368.0H309.0V204.0H540.0V40.0\""), linear.npos) << linear;
}

TEST(Plots, LinesAreToldApartWithoutColour) {
    Plot plot{"t", {"x"}, {"y"}, {}};
    for (int n = 0; n < 14; ++n) plot.lines.push_back({"line " + std::to_string(n), {{0, n}, {1, 2 * n}}});
    const std::string text = svg(plot);
    EXPECT_EQ(occurrences(text, "class=\"line\""), 14u);
    EXPECT_EQ(occurrences(text, "stroke-dasharray"), 7u); // where colours begin again
    std::set<std::string> places;                         // no name stands on another
    for (std::size_t at = 0; (at = text.find("<text x=\"552\" y=\"", at)) != text.npos; ++at)
        EXPECT_TRUE(places.insert(text.substr(at, text.find("\" style", at) - at)).second);
    EXPECT_EQ(places.size(), 14u);
}

TEST(Plots, EqualLinesAreOneWithBothNames) {
    const std::string text = svg({"t", {"x"}, {"y"}, {{"a", {{0, 1}, {1, 1}}}, {"b", {{0, 1}, {1, 1}}}, {"c", {}}}});
    EXPECT_EQ(occurrences(text, "class=\"line\""), 1u);
    EXPECT_NE(text.find(">a, b</text>"), text.npos);
    EXPECT_EQ(text.find(">c<"), text.npos);
}

TEST(Plots, TextsAreEscaped) {
    const std::string text = svg({"<t>", {"a & b"}, {"\"y\""}, {{"<b>", {{0, 1}}}}});
    EXPECT_NE(text.find("<title>&lt;t&gt;</title>"), text.npos);
    EXPECT_NE(text.find("a &amp; b"), text.npos);
    EXPECT_NE(text.find("&quot;y&quot;"), text.npos);
    EXPECT_NE(text.find("&lt;b&gt;"), text.npos);
}

TEST(Plots, WhatHasNoLogarithmIsLeftOut) {
    const std::string text = svg({"t", {"x"}, {"y", true}, {{"a", {{0, 0}, {1, 10}, {2, 100}}}}});
    EXPECT_EQ(text.find("nan"), text.npos);
    EXPECT_EQ(text.find("inf"), text.npos);
    EXPECT_NE(svg({"t", {"x"}, {"y", true}, {}}).find("</svg>"), text.npos); // nothing at all is a plot, too
}

} // namespace
} // namespace checker
