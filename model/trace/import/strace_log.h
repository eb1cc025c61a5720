// A log of `strace -f -o FILE` as a list of calls: halves of interrupted calls joined, in an order in which they can
// have happened. What the calls mean is strace.h's.
//
// A log has a line for the entry and for the return of a call during which another thread spoke. Where such a call
// takes effect in between, the log cannot say, so we choose the place that explains what others saw:
//   munmap                     at its entry: another thread may get the range before the call has returned
//   fork, clone, …             at the child's first line, if that comes before the parent's return
//   all others                 at their return
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace model {

// Texts are views of the log, or of what StraceLog keeps.
struct StraceCall {
    std::uint64_t task = 0;             // the thread's id in the log
    std::uint32_t line = 0;             // of its end, or of its effect
    std::uint32_t entered = 0;          // the line of its beginning
    std::uint64_t order = 0;            // of its effect
    std::string_view name;              // empty: the task ended
    std::string_view arguments;         // as printed, between the parentheses
    std::optional<std::uint64_t> value; // the result, if the call succeeded
    std::string_view error;             // "ENOMEM", if it failed; neither: the log does not say
};

struct StraceLog {
    std::vector<StraceCall> calls;
    std::deque<std::string> joined;   // calls that were interrupted
    bool has_ends = false;            // "+++ exited" lines were not switched off
    std::uint64_t not_understood = 0; // lines, without signals and empty ones
    std::uint32_t first_not_understood = 0;
    std::uint64_t never_returned = 0; // calls
};

// Never throws: what is not a line of strace is counted. The text must outlive what is returned.
StraceLog read_strace_log(std::string_view text);

// The arguments one by one, without blanks and comments around them.
std::vector<std::string> strace_arguments(std::string_view arguments);
// The number at the beginning of a printed argument: "NULL", "0x1000", "4096", "3</dev/zero>".
std::optional<std::uint64_t> strace_number(std::string_view text);
// The value of `name=…` in a printed structure or argument list: "flags=CLONE_VM|CLONE_FS".
std::string_view strace_member(std::string_view text, std::string_view name);

// exec gives an address space that is empty and new, and the model has only one such, process 1. Does the log need
// another? Then process 1 stays empty, and every address space begins as its fork.
bool needs_launcher(const StraceLog& log);

} // namespace model
