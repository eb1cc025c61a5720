// The gate: asks every tier, and makes one verdict of all that they saw.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "checker/gate/tier.h"

namespace checker::inline gate {

struct AskedTier {
    const Tier* tier = nullptr;
    double budget = 0;
    bool named = false; // by the user: then it must run
    TierEvidence evidence{};
};

// What is known of one strategy.
struct Conclusion {
    const Strategy* strategy = nullptr;
    Standing standing = Standing::not_asked;
    const Refutation* why = nullptr; // the shortest of all tiers; in the evidence
};

struct GateReport {
    std::vector<AskedTier> tiers;
    std::vector<Conclusion> conclusions; // in the order of the catalogue
    std::string cannot_tell;             // why, if nothing worse was found; else empty

    bool defect() const; // of rmapcheck
    bool failed() const; // a strategy does not stand as it should, or something is wrong with model or traces
    CommandWords reproduce() const; // the command that shows it; empty: there is none
};

// What follows from the evidence at hand. `all_asked`: every tier was, and none was cut short.
std::vector<Conclusion> conclude(const TierRequest& request, const std::vector<AskedTier>& asked, bool all_asked);

// Asks the tiers, in order, until the user interrupts.
GateReport run_gate(std::vector<AskedTier> tiers, TierRequest request);

} // namespace checker::inline gate
