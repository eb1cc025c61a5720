// A verb of the command line: its options, and what it does. main.cpp has the table.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "checker/commands/command_line.h"
#include "checker/facets/kinds.h"
#include "checker/support/quote.h"
#include "checker/walks/walks.h"
#include "model/fail.h"

namespace checker::inline commands {

using enum model::ExitCode;

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

// What the command line asks for; the list is that of the verbs. Throws model::BadInput. What it returns is to be
// called once, and returns the exit code.
std::function<int()> read_command_line(int argc, char** argv, std::span<const Verb> verbs, Shared& shared);

// The strategies that the user named, or none if none was. `shipped` is the walk of that kernel itself. Throws
// model::BadInput for a name that is not in the catalogue.
std::vector<const Strategy*> chosen_strategies(const Shared& shared,
                                               const model::KernelVersion& version = model::default_version());

// The operations of --ops (none: all) but for those of --without. Throws model::BadInput.
OperationSet chosen_operations(const std::vector<std::string>& ops, const std::vector<std::string>& without);

// Should standard output be coloured?
bool use_color(const Shared& shared);
// Is standard error a terminal, so that progress may be shown?
bool show_progress(const Shared& shared);
// Prints what a verb has to say: with --json the document, else the text.
void print_result(const Shared& shared, const nlohmann::json& document, const std::string& text);
// The folder of the corpora: as given, else here, else that of the source that this program was built from, or the one
// that was installed with it.
std::string corpora_folder(const std::string& given);

std::function<int()> setup_run(CommandLine&, const Shared&);
std::function<int()> setup_explore(CommandLine&, const Shared&);
std::function<int()> setup_replay(CommandLine&, const Shared&);
std::function<int()> setup_minimize(CommandLine&, const Shared&);
std::function<int()> setup_import(CommandLine&, const Shared&);
std::function<int()> setup_walks(CommandLine&, const Shared&);
std::function<int()> setup_merge(CommandLine&, const Shared&);
std::function<int()> setup_explain(CommandLine&, const Shared&);
std::function<int()> setup_mend(CommandLine&, const Shared&);
std::function<int()> setup_report(CommandLine&, const Shared&);
std::function<int()> setup_export(CommandLine&, const Shared&);
std::function<int()> setup_b4(CommandLine&, const Shared&);

} // namespace checker::inline commands
