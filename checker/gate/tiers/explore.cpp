// Every sequence of the default scope.
#include <fmt/format.h>

#include "checker/gate/tier.h"
#include "checker/search/scope/explore.h"
#include "checker/support/interrupt.h"

namespace checker::inline gate {
namespace {

TierRow row_of(const TierRequest& request, const ExploreTier::Row& found) {
    TierRow row{found.strategy, Standing::unknown, {}, {}, {}, {}, {}};
    const bool known = found.strategy->claim == Claim::refuted && !request.candidate;
    switch (found.found) {
    case InScope::refuted: row.standing = Standing::refuted; break;
    case InScope::none: row.standing = known ? Standing::not_caught : Standing::holds; break;
    case InScope::cannot_tell: row.standing = Standing::unknown; break;
    }
    if (found.strategy == &reference()) {
        row.standing = Standing::holds;
        row.cells = {""};
        return row;
    }
    if (!found.shortest) {
        row.cells = {found.found == InScope::none ? "none" : "none yet"};
        return row;
    }
    row.operations = found.shortest->operations;
    row.cells = {fmt::format("{} operations", found.shortest->operations)};
    row.refuted_by = to_text(found.shortest->cause);
    row.detail = found.statement + ".\n" + model::to_text(found.shortest->trace);
    row.reproduce = fmt::format("rmapcheck explore --strategy {}", found.strategy->name);
    return row;
}

TierResult run(const TierRequest& request) {
    request.progress("exploring");
    const ExploreTier tier = run_explore_tier(request.strategies, request.budget);
    TierResult result;
    nlohmann::json rows = nlohmann::json::array();
    for (const ExploreTier::Row& r : tier.rows) {
        result.rows.push_back(row_of(request, r));
        rows.push_back({{"strategy", r.strategy->name},
                        {"verdict", to_string(result.rows.back().standing)},
                        {"statement", r.statement}});
    }
    result.summary = fmt::format("explore: {}; {} states, {} transitions in {:.1f} s", scope::to_text(tier.scope),
                                 tier.states, tier.transitions, tier.seconds);
    if (interrupted()) result.cannot_tell = "explore: interrupted";
    result.json = {{"scope", scope::to_text(tier.scope)},
                   {"states", tier.states},
                   {"transitions", tier.transitions},
                   {"seconds", tier.seconds},
                   {"strategies", rows}};
    return result;
}

} // namespace

Tier explore_tier() { return {"explore", "every sequence of a small scope, shortest first", {"explore"}, 60, run}; }

} // namespace checker::inline gate
