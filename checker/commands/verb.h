// A verb of the command line: its options, and what it does. main.cpp has the table.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "checker/commands/command_line.h"
#include "checker/support/quote.h"
#include "checker/walks/walks.h"

namespace checker::inline commands {

// Exit codes, the same for every verb.
enum ExitCode : int {
    exit_agreement = 0,    // no disagreement found in what was run
    exit_disagreement = 1, // a candidate misses an entry that the reference finds, or an expectation fails
    exit_bad_input = 2,    // the command line or an input is wrong; nothing was run
    exit_defect = 3,       // the model broke one of its own invariants
    exit_cannot_tell = 125 // budget, solver or machine did not allow an answer
};

// Options with one meaning wherever they stand. --json, --quiet and --color belong to every verb.
struct Shared {
    std::vector<std::string> strategy; // names; empty: all
    std::uint64_t seed = 0;            // 0: drawn and printed
    bool json = false;
    bool quiet = false;
    std::string color = "auto";
};

// Which of the other shared options mean something to a verb.
struct Uses {
    bool strategy = false; // it judges walk strategies, or lists them
    bool seed = false;     // something in it is random
};

struct Verb {
    std::string_view name;
    std::string_view description;
    Uses uses;
    // Adds the verb's own options; returns what to do once they are parsed.
    std::function<int()> (*setup)(CommandLine&, const Shared&);
};

// What the command line asks for; the list is that of the verbs. Throws UsageError. What it returns is to be called
// once, and returns the exit code.
std::function<int()> read_command_line(int argc, char** argv, std::span<const Verb> verbs, Shared& shared);

// The strategies that the user named, or none if none was. Throws UsageError for a name that is not in the catalogue.
std::vector<const Strategy*> chosen_strategies(const Shared& shared);

// The command line asks for what does not exist: one line on standard error, exit 2.
struct UsageError : std::runtime_error {
    using std::runtime_error::runtime_error;
};

// Should standard output be coloured?
bool use_color(const Shared& shared);
// Is standard error a terminal, so that progress may be shown?
bool show_progress(const Shared& shared);
// The folder of the corpora: as given, else the one of the source that this program was built from.
std::string corpora_folder(const std::string& given);

std::function<int()> setup_run(CommandLine&, const Shared&);
std::function<int()> setup_explore(CommandLine&, const Shared&);
std::function<int()> setup_replay(CommandLine&, const Shared&);
std::function<int()> setup_minimize(CommandLine&, const Shared&);
std::function<int()> setup_import(CommandLine&, const Shared&);
std::function<int()> setup_walks(CommandLine&, const Shared&);
std::function<int()> setup_report(CommandLine&, const Shared&);

} // namespace checker::inline commands
