// What gate_kernel() found, as data: two guests, the traces that both played, and what walks cost.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "checker/kernels/guest/program.h"
#include "checker/kernels/uml/effects.h"
#include "checker/kernels/uml/verdict.h"
#include "checker/search/shard.h"
#include "checker/support/files.h"

namespace checker::kernels::uml {

struct Cost { // of one walk of one KSM page, the dearest of a workload
    std::string workload;
    std::uint64_t visited = 0, visited_before = 0;
    std::int64_t nanoseconds = 0, nanoseconds_before = 0;
    std::string not_measured; // why not; empty: it was
};

struct Side {           // one kernel
    std::string kernel; // the program, in the cache
    double build_seconds = 0, play_seconds = 0;
    bool cached = false;
    std::size_t boots = 0, remembered = 0; // guests that ran; those whose results were known
    guest::ProgramRun program;             // if there is one
};

struct Findings {
    std::string tree, version, rules; // of the tree; of the model
    model::Config config;             // of the model, with these rules
    std::vector<std::string> remarks; // on the rules: why they may not be this kernel's, and what probes told
    std::vector<std::string> base, patches, fixes;
    std::size_t random = 0;                // sequences among the traces; of all shares
    std::uint64_t seed = 0;                // of these
    Shard shard;                           // of traces and sequences
    struct Shortest {                      // the regression that is made smaller
        bool lost = false;                 // an entry; else something failed
        std::size_t steps = 0, number = 0; // of the trace; its number among those of all shares
    };
    std::optional<Shortest> shortest;
    bool has_reference = false;
    Side reference, candidate;
    bool same_kernel = false;                  // the patches changed no byte of it: nothing was played
    std::vector<std::string> not_in_the_guest; // files and functions that they change and the guest does not have
    std::size_t hangs = 0;                     // of the candidate; after a few of them no more is played
    std::vector<TraceVerdict> verdicts;
    std::string strategy;                      // of the model, that the candidate is said to be
    std::vector<std::string> strategy_differs; // traces on which it is not what the model says
    std::vector<Cost> costs;
    std::vector<Effect> effects;          // of each trace in which the kernel's walk misses an entry, if that was asked
    std::string program, no_program;      // in C, that both kernels started; why there is none, if one was asked for
    std::optional<model::Trace> smallest; // minimized on the kernel
    std::string smallest_path;
    Outputs outputs;                    // what could not be written is complained of when all is said
    std::vector<std::string> reproduce; // the words of the command that shows a regression again
};

// Did any trace lose something that the reference keeps?
bool regressed(const Findings& f);
// Why the guests, although they ran, say nothing; empty if they do.
std::string why_silent(const Findings& f);

} // namespace checker::kernels::uml
