#include "checker/commands/progress.h"

#include <fmt/format.h>

#include "model/text/printable.h"

namespace checker::inline commands {
namespace {

constexpr std::chrono::milliseconds between_rewrites{100};
constexpr std::chrono::seconds between_lines{10}; // of a log that nobody looks at yet

} // namespace

ProgressLine::ProgressLine(const Shared& shared)
    : ProgressLine(shared.quiet            ? Manner::hidden
                   : show_progress(shared) ? Manner::written_over
                                           : Manner::added) {}

bool ProgressLine::due(Clock::duration between) {
    const Clock::time_point now = Clock::now();
    if (due_ == Clock::time_point{} && manner_ == Manner::added) due_ = begin_ + between; // short runs say nothing
    if (now < due_) return false;
    due_ = now + between;
    return true;
}

void ProgressLine::say(std::string_view text) {
    if (manner_ == Manner::hidden || (manner_ == Manner::added && !due(between_lines))) return;
    if (manner_ == Manner::added) {
        fmt::print(stderr, "{}\n", model::printable(text));
        return;
    }
    fmt::print(stderr, "\r\033[K{}", model::printable(text));
    written_ = true;
}

void ProgressLine::wipe() {
    if (written_) fmt::print(stderr, "\r\033[K");
    written_ = false;
}

void ProgressLine::tell(const HowFar& far) {
    if (manner_ == Manner::hidden) return;
    const std::string text = meter_.text(far, std::chrono::duration<double>(Clock::now() - begin_).count());
    if (manner_ == Manner::added || due(between_rewrites)) say(text);
}

Tell ProgressLine::teller() {
    if (manner_ == Manner::hidden) return nullptr;
    return [this](const HowFar& far) { tell(far); };
}

std::function<void(std::uint64_t, std::uint64_t)> ProgressLine::counter(std::string_view what) {
    if (manner_ == Manner::hidden) return nullptr;
    return [this, far = HowFar{std::string(what)}, next = Clock::time_point{}](std::uint64_t done,
                                                                               std::uint64_t of) mutable {
        const Clock::time_point now = Clock::now(); // asked for each step of a trace: it must cost nothing
        if (now < next) return;
        next = now + between_rewrites;
        far.done = done;
        far.of = of;
        tell(far);
    };
}

std::function<void(const std::string&)> progress_lines(const Shared& shared, ProgressLine* below) {
    if (shared.quiet) return nullptr;
    return [below](const std::string& line) {
        if (below) below->wipe();
        fmt::print(stderr, "{}\n", model::printable(line));
    };
}

} // namespace checker::inline commands
