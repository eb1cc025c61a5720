// What a trace of the corpora shows: the cause that it names, and what the strategy of that cause loses in it.
#pragma once

#include <string>
#include <vector>

#include "checker/judge/judge.h"
#include "model/trace/trace.h"

namespace checker::inline report {

// "linear-index regressed own-item": what the trace says its cause is ("# Cause: STRATEGY FACT..."), or nothing.
std::string cause_of(const model::Trace& trace);
// The strategy of that cause. Throws BadInput where none is named.
const Strategy& strategy_of_cause(const model::Trace& trace);

// What the strategy loses at the trace's walk lines: of the reference what it misses, of others what the reference
// finds.
struct Losses {
    std::vector<MappedAt> entries; // in order
    std::string lifetime;          // "heals" or "stays"; empty: nothing is lost
    bool reads_freed_vma = false;
    bool any() const { return !entries.empty() || reads_freed_vma; }
};
Losses losses_of(const model::Trace& trace, const Strategy& s, const model::KernelVersion& version);
// "1:0x11000 2:0x11000"
std::string in_words(const Losses& l);

} // namespace checker::inline report
