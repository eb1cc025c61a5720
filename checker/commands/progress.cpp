#include "checker/commands/progress.h"

#include <fmt/format.h>

#include "model/text/printable.h"

namespace checker::inline commands {
namespace {

constexpr std::chrono::milliseconds between_lines{100};

} // namespace

void ProgressLine::say(std::string_view text) {
    if (!shown_) return;
    fmt::print(stderr, "\r\033[K{}", model::printable(text));
    written_ = true;
}

void ProgressLine::wipe() {
    if (written_) fmt::print(stderr, "\r\033[K");
    written_ = false;
}

std::function<void(std::uint64_t, std::uint64_t)> ProgressLine::counter(std::string_view what) {
    if (!shown_) return nullptr;
    return [this, what = std::string(what)](std::uint64_t done, std::uint64_t of) {
        const Clock::time_point now = Clock::now();
        if (now < due_) return;
        due_ = now + between_lines;
        say(fmt::format("{}: {} of {}", what, done, of));
    };
}

std::function<void(const std::string&)> progress_lines(const Shared& shared) {
    if (shared.quiet) return nullptr;
    return [](const std::string& line) { fmt::print(stderr, "{}\n", model::printable(line)); };
}

} // namespace checker::inline commands
