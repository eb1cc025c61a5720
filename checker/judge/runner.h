// Plays a trace from its first line to its last, judging as it goes.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "checker/judge/judge.h"
#include "model/fail.h"
#include "model/trace/trace.h"

namespace checker::inline judge {

struct RunOptions {
    model::Config config;
    std::vector<const Strategy*> strategies; // empty: all of KSM pages
    bool paranoid = false;                   // check every invariant after every step
    bool judge_at_end = true;                // every page of these kinds, after the last line
    std::vector<const Kind*> end_of{&ksm};
    Lifetimes lifetimes = Lifetimes::find;
    bool keep_partial = false; // where a limit ends the run, what is known by then is returned, not the limit thrown
    std::function<void(std::uint64_t done, std::uint64_t of)> progress; // told of each step, before it
    // Told of each step that was played, what it returned, and where it led.
    std::function<void(const Session&, const model::Step&, const model::Result&)> watch;
};

// A result or an expectation that is not as the trace says.
struct Mismatch {
    std::uint32_t line = 0;
    std::string text;
};

// A migration entry that nobody will put back: whoever gets the frame next shares it with the process. Nothing is
// played after it.
struct SecurityFinding {
    std::uint32_t line = 0;             // of the step that ended the migration
    const Strategy* strategy = nullptr; // that drove it
    std::vector<MappedAt> entries;
};

struct RunReport {
    std::vector<SecurityFinding> security;
    std::vector<Verdict> verdicts; // of `walk` lines, then of the end
    std::size_t at_end = 0;        // how many of them are of the end
    std::vector<Mismatch> failures;
    std::uint64_t played = 0;                    // steps
    std::optional<model::CannotTell> unfinished; // why the others were not played, and the end was not judged
    Session session;                             // as it was after the last step
};

// Throws model::BadInput if a step cannot be played, model::Broken if the model breaks an invariant.
RunReport run_trace(const model::Trace& trace, const RunOptions& options);

// How many steps change something: all but the walks.
std::size_t operations_without_walks(const model::Trace& trace);

// All `*.trace` files below a folder, in order of path, without those of `malformed`.
std::vector<std::string> traces_below(const std::string& folder);

} // namespace checker::inline judge
