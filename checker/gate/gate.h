// The gate: asks every tier under the rules of each kernel that was asked for, and makes one verdict of all they saw.
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

// What follows under the rules of one kernel. A tier that does not ask for them has the same evidence under all.
struct RulesReport {
    const model::KernelVersion* version = nullptr;
    std::vector<AskedTier> tiers;
    std::vector<Conclusion> conclusions; // in the order of the catalogue
};

// Where the rules of two kernels make different evidence against one strategy.
struct RulesDiffer {
    const Strategy* strategy = nullptr;
    const RulesReport *here = nullptr, *there = nullptr;
    Standing standing_here = Standing::not_asked, standing_there = Standing::not_asked;
    std::vector<std::string> only_here, only_there; // traces that refute it
};

struct GateReport {
    std::vector<RulesReport> under; // in the order that was asked for
    std::string cannot_tell;        // why, if nothing worse was found; else empty

    bool defect() const; // of rmapcheck
    bool failed() const; // a strategy does not stand as it should, or something is wrong with model or traces
    CommandWords reproduce() const; // the command that shows it; empty: there is none
    // Each of the others against the first, in the order of the catalogue.
    std::vector<RulesDiffer> differences() const;
};

// What follows from the evidence at hand. `all_asked`: every tier was, and none was cut short.
std::vector<Conclusion> conclude(const TierRequest& request, const std::vector<AskedTier>& asked, bool all_asked);

// Asks the tiers, in order, under the rules of each of these (none: those of the request), until the user interrupts.
GateReport run_gate(const std::vector<AskedTier>& tiers, TierRequest request,
                    std::vector<const model::KernelVersion*> versions = {});

} // namespace checker::inline gate
