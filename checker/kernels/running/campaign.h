// Random sequences, played on the model and on the running kernel and compared after every operation.
#pragma once

#include <map>
#include <optional>

#include "checker/kernels/running/replay.h"
#include "checker/search/engine.h"
#include "checker/search/random/generate.h"

namespace checker::kernels {

struct CampaignOptions : SearchBounds { // there is one machine: `jobs` means nothing
    ReplayOptions replay;
    DrawScope scope;
    std::uint64_t seed = 1;
    std::uint64_t first_run = 0;
    double minimize_seconds = 30;
};

struct CampaignReport : SearchEffort {
    std::uint64_t walks = 0;
    double found_after = 0;                         // seconds until the run that differs did so
    std::map<std::string, std::uint64_t> cut_short; // runs that could not be played to their end, by reason
    std::optional<std::uint64_t> run;               // that differs
    std::vector<model::Step> steps;                 // of it, minimized; the last one differs
    std::size_t steps_before = 0;
    ReplayReport difference; // of `steps`
    bool reproduced = true;  // `steps` differ again when they are played alone
};

// Stops at the first difference, which is minimized on the running kernel.
CampaignReport run_campaign(Lab& lab, const CampaignOptions& options, const Watch& progress);

// The smallest sequence whose last step differs on this kernel, from one whose last step does.
std::vector<model::Step> minimize_difference(Lab& lab, const ReplayOptions& how, std::vector<model::Step> steps,
                                             double seconds);

} // namespace checker::kernels
