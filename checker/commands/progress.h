// How far a verb is, as one line on standard error: on a terminal it is written over and gone in the end, else a line
// is added every now and then. Nothing with --quiet.
#pragma once

#include <chrono>
#include <functional>
#include <string_view>

#include "checker/commands/verb.h"
#include "checker/support/progress.h"

namespace checker::inline commands {

class ProgressLine {
  public:
    enum class Manner : std::uint8_t { hidden, written_over, added };

    explicit ProgressLine(Manner manner) : manner_(manner) {}
    explicit ProgressLine(const Shared& shared);
    ProgressLine(const ProgressLine&) = delete;
    ProgressLine& operator=(const ProgressLine&) = delete;
    ~ProgressLine() { wipe(); }

    // Is it a terminal, where somebody looks on?
    explicit operator bool() const { return manner_ == Manner::written_over; }
    // Names in the text may come from outside: control characters become visible.
    void say(std::string_view text);
    // The line is empty again; others may write to standard error now.
    void wipe();
    // Says how far it is, at most ten times a second, with rate and time left.
    void tell(const HowFar& far);
    // Whoever tells that, and whoever counts "WHAT: DONE of OF"; nobody where nothing is shown.
    Tell teller();
    std::function<void(std::uint64_t done, std::uint64_t of)> counter(std::string_view what);

  private:
    using Clock = std::chrono::steady_clock;
    bool due(Clock::duration between);

    Manner manner_;
    bool written_ = false;
    Clock::time_point begin_ = Clock::now(), due_{};
    Meter meter_;
};

// Of those who write a line for each thing that they do, whoever reads it; it stands above the line that shows how far
// they are. Nothing with --quiet.
std::function<void(const std::string&)> progress_lines(const Shared& shared, ProgressLine* below = nullptr);

} // namespace checker::inline commands
