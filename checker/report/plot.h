// A plot as SVG: lines over two axes, told apart by colour, dashes and marks, each named at its end. Readable on light
// and dark, and without colour. The same numbers always make the same text.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace checker::inline report {

struct Axis {
    std::string words;        // what it counts, in which unit
    bool logarithmic = false; // points at 0 or below are left out then
};
struct PlotLine {
    std::string name;
    std::vector<std::pair<double, double>> points; // in the order in which they are joined
    bool steps = false;                            // joined by steps: a value stays until the next one
};
struct Plot {
    std::string title;
    Axis x, y;
    std::vector<PlotLine> lines;
};

// Lines with no point are left out; of those with the same points the names stand together. Texts may hold anything:
// what SVG would read is escaped.
std::string svg(const Plot& plot);

// Where the ticks of an axis are that shows all of these values: from the first to the last, neither without the other.
std::vector<double> ticks(double least, double most, bool logarithmic);
// "100", "1 k", "2.5 M", "0.1".
std::string tick_text(double value);

} // namespace checker::inline report
