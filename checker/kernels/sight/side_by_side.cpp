// Two pictures in columns: lines that both have are on one row, in order (a longest common subsequence).
#include <algorithm>

#include <fmt/format.h>

#include "checker/kernels/sight/picture.h"

namespace checker::kernels {
namespace {

std::vector<std::string_view> lines_of(std::string_view text) {
    std::vector<std::string_view> lines;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        lines.push_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return lines;
}

// common[i][j]: how many lines the rest of `a` from i and the rest of `b` from j have in common.
std::vector<std::vector<unsigned>> common_lines(const std::vector<std::string_view>& a,
                                                const std::vector<std::string_view>& b) {
    std::vector<std::vector<unsigned>> common(a.size() + 1, std::vector<unsigned>(b.size() + 1));
    for (std::size_t i = a.size(); i-- > 0;)
        for (std::size_t j = b.size(); j-- > 0;)
            common[i][j] = a[i] == b[j] ? common[i + 1][j + 1] + 1 : std::max(common[i + 1][j], common[i][j + 1]);
    return common;
}

} // namespace

std::string side_by_side(std::string_view model, std::string_view live) {
    const auto a = lines_of(model), b = lines_of(live);
    const auto common = common_lines(a, b);
    std::size_t width = 5;
    for (std::string_view line : a) width = std::max(width, line.size());
    std::string text = fmt::format("{:<{}}   kernel\n", "model", width);
    auto row = [&](std::string_view left, char mark, std::string_view right) {
        std::string line = fmt::format("{:<{}} {} {}", left, width, mark, right);
        text += line.substr(0, line.find_last_not_of(' ') + 1) + "\n";
    };
    for (std::size_t i = 0, j = 0; i < a.size() || j < b.size();) {
        if (i < a.size() && j < b.size() && a[i] == b[j]) {
            row(a[i++], ' ', b[j++]);
            continue;
        }
        const bool left = i < a.size() && (j == b.size() || common[i + 1][j] == common[i][j]);
        const bool right = j < b.size() && (i == a.size() || common[i][j + 1] == common[i][j]);
        if (left && right && common[i + 1][j + 1] == common[i][j])
            row(a[i++], '|', b[j++]);
        else if (left)
            row(a[i++], '<', "");
        else
            row("", '>', b[j++]);
    }
    return text;
}

} // namespace checker::kernels
