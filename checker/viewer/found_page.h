// Pages of whatever played a trace: of `run`, and of the verbs that found one.
#pragma once

#include <string>

#include "checker/judge/runner.h"
#include "checker/kernels/uml/findings.h"
#include "checker/support/files.h"

namespace checker::inline viewer {

struct RecordedRun {
    RunReport report;
    std::string page;
};
// Plays the trace as run_trace() does, and makes its page. Throws as that does.
RecordedRun run_recorded(const model::Trace& trace, RunOptions how);

// The page of a trace that was found, which ends in what it shows: its text, and what it is called. The candidate is
// compared with its reference (null: all strategies of KSM pages). Where the trace breaks off, the page says why.
std::string page_of_found(const std::string& trace, const std::string& name, const model::Config& config,
                          const Strategy* candidate);

// The page of a trace as the model plays it, which a kernel played as well: with one line of what became of it there.
std::string page_on_kernel(model::Trace trace, const kernels::uml::Findings& findings);

// Writes page_of_found() as NAME.html below the folder, and returns its path; nothing where there is no folder, or it
// could not be written.
std::string save_page(const std::string& trace, const std::string& name, const model::Config& config,
                      const Strategy* candidate, const std::string& folder, Outputs& outputs);

} // namespace checker::inline viewer
