// Other programs: run to the end, with a log and a limit of time.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "checker/support/files.h"
#include "model/fail.h"

namespace checker::inline support {

struct Command {
    std::vector<std::string> arguments;   // the program is looked for in PATH
    std::string folder;                   // where it runs; empty: here
    std::vector<std::string> environment; // "NAME=VALUE", put over what we have ourselves; "NAME" alone takes it away
    std::string log;                      // standard output and standard error go to this file; empty: nowhere
    double seconds = 0;                   // limit; 0: none
    bool fixed_addresses = false;         // without randomization (setarch -R)
    std::function<bool()> give_up;        // asked every now and then: is it stuck?
    std::vector<std::string> writable{};  // not empty: confined to these folders (checker/support/confine.h)
};

enum class Ending : unsigned char { exited, killed_by_signal, timed_out, given_up, no_such_program };
struct ProgramEnd {
    Ending ending = Ending::exited;
    int status = 0; // of exit, or the signal
    bool good() const { return ending == Ending::exited && status == 0; }
};

// Runs it in a session of its own, all of which is gone when this returns, and soon after if we are killed meanwhile.
// The program inherits our descriptors that are not closed on exec. Throws model::CannotTell if interrupted.
ProgramEnd run(const Command& command);

// The same command, confined to a folder where the system allows that; as it is where not (why_not_confined()).
// Temporary files and what ccache keeps are in the folder then: a cache that others share would be a way out.
Command confined(Command command, const std::string& folder);

// Is there such a program in PATH?
bool has_program(const std::string& name);

// The last `lines` lines of a file.
std::string tail_of(const std::string& path, std::size_t lines);

} // namespace checker::inline support
