#include "checker/support/progress.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <sstream>

namespace checker::inline support {
namespace {

constexpr double too_short = 0.5; // seconds: no rate yet

} // namespace

std::string duration_text(double seconds) {
    const auto whole = static_cast<std::uint64_t>(std::clamp(seconds, 0.0, 1e9) + 0.5);
    if (whole < 100) return fmt::format("{} s", whole);
    const std::uint64_t minutes = (whole + 30) / 60;
    if (minutes < 100) return fmt::format("{} min", minutes);
    return fmt::format("{} h {} min", minutes / 60, minutes % 60);
}

std::string Meter::text(const HowFar& far, double now) {
    auto [start, first] = starts_.try_emplace(far.what, Start{far.done, now});
    if (far.done <= start->second.done) start->second = {far.done, now}; // it begins, or begins again
    std::string text = fmt::format("{}: {}", far.what, far.done);
    if (far.of) text += fmt::format(" of {}", far.of);
    if (!far.unit.empty()) text += " " + far.unit;
    const double spent = now - start->second.at;
    double left = far.seconds_left;
    if (spent > too_short && far.done > start->second.done) {
        const double rate = static_cast<double>(far.done - start->second.done) / spent;
        text += rate < 10 ? fmt::format(", {:.1f} a second", rate) : fmt::format(", {:.0f} a second", rate);
        const double by_rate = far.of > far.done ? static_cast<double>(far.of - far.done) / rate : 0;
        if (far.of) left = left < 0 ? by_rate : std::min(left, by_rate);
    }
    if (left >= 0) text += fmt::format(", {} left", duration_text(left));
    return far.detail.empty() ? text : text + "; " + far.detail;
}

std::uint64_t LineCount::now() {
    std::ifstream file(path_, std::ios::binary);
    file.seekg(static_cast<std::streamoff>(read_));
    std::ostringstream text;
    if (!file || !(text << file.rdbuf())) return count_;
    read_ += text.str().size();
    rest_ += text.str();
    std::size_t begin = 0;
    for (std::size_t end; (end = rest_.find('\n', begin)) != std::string::npos; begin = end + 1)
        count_ += rest_.compare(begin, beginning_.size(), beginning_) == 0;
    rest_.erase(0, begin);
    return count_;
}

bool Every::due() {
    const double now = std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
    if (now < next_) return false;
    next_ = now + seconds_;
    return true;
}

} // namespace checker::inline support
