// The one way to fail. A failure is thrown where it is found, and knows all that is to be said of it: the place, what
// is wrong, what would be right, and the exit code of the program. It is printed in one place, main.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <utility>

namespace model {

// Exit codes, the same for every verb.
enum ExitCode : int {
    exit_agreement = 0,    // no disagreement found in what was run
    exit_disagreement = 1, // a candidate misses an entry that the reference finds, or an expectation fails
    exit_bad_input = 2,    // the command line or an input is wrong, or an output cannot be written
    exit_defect = 3,       // the model broke one of its own invariants
    exit_cannot_tell = 125 // budget, solver or machine did not allow an answer
};

// In an input. Lines and columns count from 1, columns in bytes; 0 where there is none to name.
struct FilePlace {
    std::string file;
    std::uint32_t line = 0, column = 0;
};

// what() is one line, "FILE:LINE:COLUMN: what is wrong (what would be right)", of which the place and the end may be
// missing.
struct Failure : std::runtime_error {
    Failure(ExitCode exit_, std::string wrong_, std::string right_ = {}, FilePlace place_ = {}, std::string log_ = {})
        : std::runtime_error(one_line(wrong_, right_, place_)),
          exit(exit_),
          wrong(std::move(wrong_)),
          right(std::move(right_)),
          place(std::move(place_)),
          log(std::move(log_)) {}

    ExitCode exit;
    std::string wrong, right;
    FilePlace place;
    std::string log; // the last lines of one, where another program failed; may be empty

  private:
    static std::string one_line(const std::string& wrong, const std::string& right, const FilePlace& p);
};

// The command line or an input asks for what cannot be, or an output cannot be written: exit code 2.
struct BadInput : Failure {
    explicit BadInput(std::string wrong_, std::string right_ = {}, FilePlace place_ = {})
        : Failure(exit_bad_input, std::move(wrong_), std::move(right_), std::move(place_)) {}
    BadInput at(FilePlace where) const { return BadInput(wrong, right, std::move(where)); }
};

// The model broke one of its own rules: a defect of rmapcheck, exit code 3.
struct Broken : Failure {
    explicit Broken(std::string wrong_, FilePlace place_ = {})
        : Failure(exit_defect, std::move(wrong_), {}, std::move(place_)) {}
};

// What stands in the way of a verdict: exit code 125.
struct CannotTell : Failure {
    explicit CannotTell(std::string why, std::string log_ = {}, FilePlace place_ = {})
        : Failure(exit_cannot_tell, std::move(why), {}, std::move(place_), std::move(log_)) {}
    CannotTell at(FilePlace where) const { return CannotTell(wrong, log, std::move(where)); }
};

// Throws Broken. Apart from require(), which stands in loops that should hold nothing but a comparison.
[[noreturn]] void defect(const char* what);

// Stays on in release builds: a wrong verdict costs more than a comparison.
inline void require(bool holds, const char* what) {
    if (!holds) [[unlikely]]
        defect(what);
}

} // namespace model
