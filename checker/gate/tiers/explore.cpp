// Every sequence of the default scope.
#include <fmt/format.h>

#include <algorithm>

#include "checker/gate/tier.h"
#include "checker/search/scope/explore.h"
#include "checker/support/interrupt.h"

namespace checker::inline gate {
namespace {

Seen seen_in(InScope found) {
    switch (found) {
    case InScope::none: return Seen::nothing;
    case InScope::refuted: return Seen::refuted;
    case InScope::cannot_tell: return Seen::open;
    }
    return Seen::open;
}

Evidence evidence_of(const ExploreTier::Row& row, const TierRequest& request) {
    Evidence e{row.strategy, seen_in(row.found), {}, {""}, {}, {{"statement", row.statement}}};
    if (is_reference(*row.strategy) && row.strategy->claim != Claim::exact) return e;
    if (!row.shortest) {
        e.cells = {row.found == InScope::none ? "none" : "none yet"};
        return e;
    }
    e.cells = {fmt::format("{} operations", row.shortest->operations)};
    e.refutation =
        Refutation{row.shortest->operations, to_text(row.shortest->cause),
                   row.statement + ".\n" + model::to_text(row.shortest->trace),
                   model::under_rules({"rmapcheck", "explore", "--strategy", std::string(row.strategy->name)},
                                      request.version->rules)};
    return e;
}

TierEvidence explore_evidence(const TierRequest& request) {
    const auto told = [&](const ExploreProgress& p) {
        request.progress({fmt::format("explore, depth {}", p.depth + 1), p.done, p.frontier, "states",
                          std::max(0.0, request.budget - p.seconds), fmt::format("{} states in all", p.states)});
    };
    const ExploreTier tier = run_explore_tier(request.strategies, config_of(request).rules, request.budget, told);
    TierEvidence evidence;
    for (const ExploreTier::Row& r : tier.rows) evidence.rows.push_back(evidence_of(r, request));
    std::string scopes;
    for (const scope::Scope& s : tier.scopes) scopes += (scopes.empty() ? "" : "; and ") + scope::to_text(s);
    evidence.summary = fmt::format("explore: {}; {} states, {} transitions in {:.1f} s", scopes, tier.states,
                                   tier.transitions, tier.seconds);
    if (interrupted()) evidence.cannot_tell = "explore: interrupted";
    evidence.figures = {
        {"scope", scopes}, {"states", tier.states}, {"transitions", tier.transitions}, {"seconds", tier.seconds}};
    return evidence;
}

} // namespace

// The budget is five times what the scope takes on two processors: it is there for a machine that is busy otherwise.
Tier explore_tier() {
    return {"explore", "every sequence of a small scope, shortest first", {"explore"}, 300, explore_evidence};
}

} // namespace checker::inline gate
