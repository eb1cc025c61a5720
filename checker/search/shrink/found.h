// What a campaign found, as traces to keep.
#pragma once

#include <string>

#include "checker/search/random/check.h"
#include "checker/search/scope/explore.h"
#include "checker/search/shrink/minimize.h"
#include "checker/support/files.h"
#include "model/trace/trace.h"

namespace checker::inline search {

struct Found {
    MinimalCase minimal;
    model::Config config; // on which it was found
    std::uint64_t run = 0;
    double seconds = 0;   // of the campaign, when it was met first
    std::string lifetime; // "heals", "stays", or "" where nothing is missed
    std::string path;     // where it was saved, if it was
    std::string page;     // and its page
    std::string command;  // replays it; empty if it was not saved
};

// Everything that a campaign disagreed on, minimized. `progress` is called before each.
std::vector<Found> minimize_sightings(const std::map<Cause, Sighting>& sightings, const model::Config& config,
                                      double seconds, const std::function<void(std::size_t done)>& progress);
// The trace, with a comment that says why, and what is expected of its walk.
model::Trace found_trace(const Found& f);
std::string found_text(const Found& f);
// Writes it below the folder, if there is one.
void save_found(Found& f, const std::string& folder, Outputs& outputs);
// Writes a trace below the folder, and returns its path; nothing where there is no folder, or it could not be written.
std::string save_trace(const model::Trace& trace, const std::string& folder, const std::string& name, Outputs& outputs);
// A name for a file: lower case, words joined by '-'.
std::string slug(std::string_view text);

// What a finding of this cause is called in a folder.
std::string name_of(const Cause& cause);
std::string name_of(const SecurityCause& cause);

// What `minimize` makes of a counterexample in so many seconds; nothing if the time was up.
Simplify simplify_by_minimizing(const model::Config& config, double seconds);

// The shortest sequence in which a property (or the model) is still broken in the same way.
std::vector<model::Step> minimize_broken(const std::string& name, const Sighting& s, const model::Config& config,
                                         const Lists& lists, double seconds);

} // namespace checker::inline search
