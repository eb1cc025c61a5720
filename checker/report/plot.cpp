#include "checker/report/plot.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace checker::inline report {
namespace {

constexpr double width = 760, height = 420, left = 78, right = 220, top = 40, bottom = 52;
constexpr double line_height = 15; // of names

// Colours that people who see few of them can tell apart (Okabe and Ito), on white and on black.
constexpr const char* colors[] = {"#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#7f7f7f"};
constexpr const char* dashes[] = {"", "7 3", "2 3", "10 3 2 3"};

std::string escaped(const std::string& text) {
    std::string out;
    for (const char c : text) switch (c) {
        case '<': out += "&lt;"; break;
        case '>': out += "&gt;"; break;
        case '&': out += "&amp;"; break;
        case '"': out += "&quot;"; break;
        default: out += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
        }
    return out;
}

// One direction of the drawing.
struct Scale {
    std::vector<double> marks;
    bool logarithmic = false;
    double from = 0, to = 0; // in the drawing

    double place(double value) const {
        const auto on = [&](double v) { return logarithmic ? std::log10(v) : v; };
        return from + (to - from) * (on(value) - on(marks.front())) / (on(marks.back()) - on(marks.front()));
    }
};

Scale scale_of(const std::vector<PlotLine>& lines, double std::pair<double, double>::*which, bool logarithmic,
               double from, double to) {
    double least = 0, most = 0;
    bool first = true;
    for (const PlotLine& line : lines)
        for (const auto& point : line.points) {
            const double v = point.*which;
            least = first ? v : std::min(least, v);
            most = first ? v : std::max(most, v);
            first = false;
        }
    if (first) least = most = 1;
    if (!logarithmic) least = std::min(least, 0.0);
    return {ticks(least, most, logarithmic), logarithmic, from, to};
}

// The lines that are drawn: those of the same points are one.
std::vector<PlotLine> drawn(const Plot& plot) {
    std::vector<PlotLine> lines;
    for (PlotLine line : plot.lines) {
        std::erase_if(line.points, [&](const auto& p) {
            return (plot.x.logarithmic && p.first <= 0) || (plot.y.logarithmic && p.second <= 0);
        });
        if (line.points.empty()) continue;
        const auto same = std::ranges::find(lines, line.points, &PlotLine::points);
        if (same == lines.end())
            lines.push_back(std::move(line));
        else
            same->name += ", " + line.name;
    }
    return lines;
}

std::string grid(const Scale& x, const Scale& y) {
    std::string out;
    for (const double mark : x.marks)
        out += fmt::format(
            "<path class=\"grid\" d=\"M{0:.1f} {1}V{2}\"/>\n"
            "<text x=\"{0:.1f}\" y=\"{3}\" text-anchor=\"middle\">{4}</text>\n",
            x.place(mark), top, height - bottom, height - bottom + 18, tick_text(mark));
    for (const double mark : y.marks)
        out += fmt::format(
            "<path class=\"grid\" d=\"M{1} {0:.1f}H{2}\"/>\n"
            "<text x=\"{3}\" y=\"{4:.1f}\" text-anchor=\"end\">{5}</text>\n",
            y.place(mark), left, width - right, left - 7, y.place(mark) + 4, tick_text(mark));
    return out;
}

// A mark at a point, of a shape that tells its line.
std::string mark(std::size_t line, double x, double y) {
    switch (line % 3) {
    case 0: return fmt::format("M{:.1f} {:.1f}h0", x, y);                    // a dot
    case 1: return fmt::format("M{:.1f} {:.1f}l6 6m0-6l-6 6", x - 3, y - 3); // a cross
    default: return fmt::format("M{:.1f} {:.1f}h6v6h-6z", x - 3, y - 3);     // a square
    }
}

std::string path_of(const PlotLine& line, std::size_t n, const Scale& x, const Scale& y) {
    std::string path, marks;
    for (const auto& [px, py] : line.points) {
        const double at_x = x.place(px), at_y = y.place(py);
        if (path.empty())
            path = fmt::format("M{:.1f} {:.1f}", at_x, at_y);
        else
            path += line.steps ? fmt::format("H{:.1f}V{:.1f}", at_x, at_y) : fmt::format("L{:.1f} {:.1f}", at_x, at_y);
        if (!line.steps) marks += mark(n, at_x, at_y);
    }
    const char *color = colors[n % std::size(colors)], *dash = dashes[n / std::size(colors) % std::size(dashes)];
    std::string out = fmt::format("<path class=\"line\" d=\"{}\" stroke=\"{}\"{}/>\n", path, color,
                                  *dash ? fmt::format(" stroke-dasharray=\"{}\"", dash) : "");
    if (!marks.empty())
        out += fmt::format("<path class=\"{}\" d=\"{}\" stroke=\"{}\"/>\n", n % 3 ? "mark" : "dot", marks, color);
    return out;
}

// Names that do not fit into the margin take more lines.
std::vector<std::string> folded(const std::string& name) {
    constexpr std::size_t most = 28;
    std::vector<std::string> lines{""};
    for (std::size_t at = 0; at < name.size();) {
        const std::size_t end = std::min(name.find(' ', at), name.size());
        const std::string word = name.substr(at, end - at);
        if (!lines.back().empty() && lines.back().size() + word.size() >= most) lines.emplace_back();
        lines.back() += (lines.back().empty() ? "" : " ") + word;
        at = end + 1;
    }
    return lines;
}

// At the end of each line, or where there is room below the name before.
std::string names(const std::vector<PlotLine>& lines, const Scale& y) {
    struct Name {
        std::size_t line;
        double at;
        std::vector<std::string> text;
    };
    std::vector<Name> all;
    double needed = 0;
    for (std::size_t n = 0; n < lines.size(); ++n) {
        all.push_back({n, y.place(lines[n].points.back().second), folded(lines[n].name)});
        needed += line_height * static_cast<double>(all.back().text.size());
    }
    std::ranges::stable_sort(all, {}, &Name::at);
    std::string out;
    double free = top, left_over = needed;
    for (const Name& name : all) {
        const double own = line_height * static_cast<double>(name.text.size());
        double at = std::max(name.at, free);                                 // not over the one before,
        at = std::max(free, std::min(at, height - bottom + 16 - left_over)); // and with room for those that follow
        left_over -= own;
        free = at + own;
        out += fmt::format("<text x=\"{}\" y=\"{:.1f}\" style=\"fill:{}\">", width - right + 12, at + 4,
                           colors[name.line % std::size(colors)]);
        for (std::size_t i = 0; i < name.text.size(); ++i)
            out += i ? fmt::format("<tspan x=\"{}\" dy=\"{}\">{}</tspan>", width - right + 12, line_height,
                                   escaped(name.text[i]))
                     : escaped(name.text[i]);
        out += "</text>\n";
    }
    return out;
}

constexpr const char* style =
    "<style>svg{background:#fff;font:12px sans-serif}text{fill:#222}.grid{stroke:#ddd;fill:none}"
    ".line{fill:none;stroke-width:2}.mark{fill:none;stroke-width:1.5}"
    ".dot{fill:none;stroke-width:6;stroke-linecap:round}"
    "@media(prefers-color-scheme:dark){svg{background:#111}text{fill:#ddd}.grid{stroke:#444}}</style>\n";

} // namespace

std::vector<double> ticks(double least, double most, bool logarithmic) {
    std::vector<double> all;
    if (logarithmic) {
        const int first = static_cast<int>(std::floor(std::log10(least) + 1e-9));
        const int last = std::max(first + 1, static_cast<int>(std::ceil(std::log10(most) - 1e-9)));
        for (int power = first; power <= last; ++power) all.push_back(std::pow(10.0, power));
        return all;
    }
    constexpr double at_most = 8;
    const double rough = std::max(most - least, 1e-9) / at_most, power = std::pow(10.0, std::floor(std::log10(rough)));
    double step = 10 * power;
    for (const double nice : {1.0, 2.0, 5.0})
        if (nice * power >= rough * (1 - 1e-9)) {
            step = nice * power;
            break;
        }
    const auto first = static_cast<long>(std::floor(least / step + 1e-9));
    const long last = std::max(first + 1, static_cast<long>(std::ceil(most / step - 1e-9)));
    for (long n = first; n <= last; ++n) all.push_back(static_cast<double>(n) * step);
    return all;
}

std::string tick_text(double value) {
    const double size = std::abs(value);
    if (size >= 1e9) return fmt::format("{:.4g} G", value / 1e9);
    if (size >= 1e6) return fmt::format("{:.4g} M", value / 1e6);
    if (size >= 1e4) return fmt::format("{:.4g} k", value / 1e3);
    return fmt::format("{:.4g}", value);
}

std::string svg(const Plot& plot) {
    const std::vector<PlotLine> lines = drawn(plot);
    const Scale x = scale_of(lines, &std::pair<double, double>::first, plot.x.logarithmic, left, width - right);
    const Scale y = scale_of(lines, &std::pair<double, double>::second, plot.y.logarithmic, height - bottom, top);
    std::string out = fmt::format(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{}\" height=\"{}\" viewBox=\"0 0 {} {}\" role=\"img\">\n",
        width, height, width, height);
    out += style;
    out += fmt::format("<title>{0}</title>\n<text x=\"{1}\" y=\"22\" font-size=\"14\">{0}</text>\n",
                       escaped(plot.title), left);
    out += grid(x, y);
    out += fmt::format("<text x=\"{:.1f}\" y=\"{}\" text-anchor=\"middle\">{}</text>\n", (left + width - right) / 2,
                       height - 12, escaped(plot.x.words));
    out += fmt::format(
        "<text x=\"20\" y=\"{0:.1f}\" text-anchor=\"middle\" transform=\"rotate(-90 20 {0:.1f})\">{1}</text>\n",
        (top + height - bottom) / 2, escaped(plot.y.words));
    for (std::size_t n = 0; n < lines.size(); ++n) out += path_of(lines[n], n, x, y);
    return out + names(lines, y) + "</svg>\n";
}

} // namespace checker::inline report
