// The gate's tier `live`: the traces of a folder on the running kernel.
#pragma once

#include <map>

#include "checker/kernels/running/replay.h"

namespace checker::kernels {

struct LiveOptions {
    LabOptions lab;
    double seconds = 300; // for all of them; what is left then is skipped
};

struct LiveDifference {
    model::Trace trace;
    ReplayReport report; // differ
};

struct LiveRun {
    std::string could_not_run;                                 // nothing was compared: why. Empty if anything was
    std::string kernel;                                        // the running one, as uname(2) says it
    std::vector<std::string> remarks;                          // where it is not one that the model was compared with
    Level level = Level::maps;                                 // that was looked at
    std::string why_not_higher, why_no_ksm, why_no_swap;       // empty where there is nothing to say
    std::size_t found = 0, agree = 0, differ = 0, skipped = 0; // traces; found is the sum of the others
    std::size_t operations = 0;                                // that were played and agree
    std::uint64_t walks = 0;                                   // that were repeated on the kernel's structures
    std::map<std::string, std::size_t> reasons;                // skipped: how many traces for each reason
    std::vector<LiveDifference> differences;
    bool cut_short = false; // interrupted, or the time was up
    double seconds = 0;
};

// Plays every trace below the folder, and gives the machine back as it was. Stops early when the user interrupts (where
// catch_interrupts() was called; else the signal ends the program, and the settings are put back, too). With a swap
// file in the options swap traces are played; by default they need swap that is on. Throws model::BadInput for a trace
// that the model cannot play. `progress` is called before each trace.
LiveRun run_live(const std::string& folder, const LiveOptions& options,
                 const std::function<void(std::size_t done, std::size_t of, const std::string& path)>& progress);

} // namespace checker::kernels
