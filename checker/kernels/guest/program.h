// A C program as the only one of a guest: what it says there is what it says to whoever compiles it.
#pragma once

#include <optional>
#include <string>

namespace checker::kernels::guest {

struct ProgramRun {
    std::string not_run;     // why not; empty: it ran
    std::optional<int> exit; // that it named at its end ("exit 1")
    std::string said;        // by the kernel and by the program, once it was started
    std::string log;         // all of it
};

// Compiles the text of a program, without shared libraries, and lets the kernel start it as its first. What cannot be
// done is said in `not_run`. `seconds`: a limit; a guest that hangs is ended after a minute anyway.
ProgramRun start_in_guest(const std::string& kernel, const std::string& text, const std::string& room, double seconds);

// What a log says behind the start of the first program, and how that ended.
ProgramRun read_program_log(const std::string& log);

} // namespace checker::kernels::guest
