// How far a verb is, as one line on standard error that is written over: on a terminal, and not with --quiet.
#pragma once

#include <chrono>
#include <functional>
#include <string_view>

#include "checker/commands/verb.h"

namespace checker::inline commands {

class ProgressLine {
  public:
    explicit ProgressLine(bool shown) : shown_(shown) {}
    explicit ProgressLine(const Shared& shared) : ProgressLine(show_progress(shared)) {}
    ProgressLine(const ProgressLine&) = delete;
    ProgressLine& operator=(const ProgressLine&) = delete;
    ~ProgressLine() { wipe(); }

    explicit operator bool() const { return shown_; }
    // Names in the text may come from outside: control characters become visible.
    void say(std::string_view text);
    // The line is empty again; others may write to standard error now.
    void wipe();
    // Says "WHAT: DONE of OF" at most ten times a second, to whoever counts; nobody where nothing is shown.
    std::function<void(std::uint64_t done, std::uint64_t of)> counter(std::string_view what);

  private:
    using Clock = std::chrono::steady_clock;
    bool shown_, written_ = false;
    Clock::time_point due_{};
};

// Of those who write a line for each thing that they do, whoever reads it. Nothing with --quiet.
std::function<void(const std::string&)> progress_lines(const Shared& shared);

} // namespace checker::inline commands
