#include "checker/search/scope/explore.h"

#include <fmt/format.h>

#include <algorithm>

#include "checker/search/scope/search.h"

namespace checker::inline search {

using scope::Scope;

double collisions_among(std::uint64_t states) { return scope::collision_probability(states); }
double ExploreReport::collisions() const { return collisions_among(states); }

InScope in_scope(const ExploreReport& report, const Strategy* strategy) {
    for (const Counterexample& c : report.counterexamples)
        if (c.strategy == strategy) return InScope::refuted;
    const bool told = report.end == End::exhausted || (is_reference(*strategy) && strategy->claim != Claim::exact);
    return told ? InScope::none : InScope::cannot_tell;
}

ExploreReport explore_scope(const Scope& scope, model::ItemLayout layout, std::vector<const Strategy*> strategies,
                            const ExploreLimits& limits, const std::function<void(const ExploreProgress&)>& progress) {
    return scope::Exploration(scope, layout, std::move(strategies), limits).run(progress);
}

std::vector<ExploreReport> explore_all(const Scope& scope, std::vector<const Strategy*> strategies,
                                       const ExploreLimits& limits,
                                       const std::function<void(const ExploreProgress&)>& progress) {
    std::vector<ExploreReport> reports;
    double left = limits.seconds;
    for (LayoutGroup& group : by_layout(strategies, scope.config.layout)) {
        ExploreLimits part = limits;
        part.seconds = limits.seconds > 0 ? std::max(left, 0.1) : 0;
        reports.push_back(explore_scope(scope, group.layout, std::move(group.strategies), part, progress));
        left -= reports.back().seconds;
    }
    return reports;
}

namespace {

const char* owed(const Strategy* s) {
    return s->claim == Claim::exact ? "miss an entry"
           : s->kind == &ksm        ? "miss an entry that naive finds"
           : s->kind == &anon       ? "miss an entry that anon-index finds"
                                    : "miss an entry that file-index finds";
}

} // namespace

std::string statement(const ExploreReport& r, const Counterexample& c) {
    Scope shorter = r.scope;
    shorter.depth = c.operations - 1;
    return fmt::format("a sequence of {} operations makes {} {}, and none of {} does ({} states, {} transitions)",
                       c.operations, c.strategy->name,
                       c.reads_freed_vma()  ? "read a freed VMA"
                       : c.costs_too_much() ? "visit more VMAs than its bound allows"
                                            : owed(c.strategy),
                       scope::to_text(shorter), c.states, c.transitions);
}

std::string statement(const ExploreReport& r, const Strategy* s) {
    for (const Counterexample& c : r.counterexamples)
        if (c.strategy == s) return statement(r, c);
    if (r.end == End::exhausted || (is_reference(*s) && s->claim != Claim::exact))
        return statement_of_none(scope::to_text(r.scope), *s, r.states, r.transitions);
    const std::string why = r.end == End::out_of_time     ? "time is up"
                            : r.end == End::out_of_memory ? fmt::format("memory ({})", r.reason)
                            : r.end == End::interrupted   ? "interrupted"
                                                          : "a defect of the model";
    Scope covered = r.scope;
    covered.depth = r.complete;
    return fmt::format(
        "could not tell whether {} holds in the scope: {}, after {} of {} states at depth {}; no sequence "
        "of {} makes it {}",
        s->name, why, r.of_next, r.in_next, r.complete, scope::to_text(covered), owed(s));
}

std::string statement_of_none(const std::string& scope, const Strategy& s, std::uint64_t states,
                              std::uint64_t transitions) {
    if (is_reference(s) && s.claim != Claim::exact) return fmt::format("{} is what the others are held to", s.name);
    return fmt::format("no sequence of {} makes {} {} ({} states, {} transitions)", scope, s.name, owed(&s), states,
                       transitions);
}

ExploreTier run_explore_tier(std::span<const Strategy* const> strategies, const model::Rules& rules,
                             double budget_seconds, const std::function<void(const ExploreProgress&)>& progress) {
    ExploreTier tier;
    ExploreLimits limits;
    limits.seconds = budget_seconds;
    std::vector<ExploreReport> reports;
    for (const Kind* kind : kinds()) {
        std::vector<const Strategy*> of_kind(strategies.begin(), strategies.end());
        std::erase_if(of_kind, [&](const Strategy* s) { return s->kind != kind; });
        if (of_kind.empty()) continue;
        Scope scope = scope::default_scope(*kind);
        scope.config.rules = rules;
        for (ExploreReport& r : explore_all(scope, of_kind, limits, progress)) reports.push_back(std::move(r));
        tier.scopes.push_back(std::move(scope));
    }
    for (const Strategy* s : strategies) {
        ExploreTier::Row row;
        row.strategy = s;
        for (const ExploreReport& r : reports) {
            if (std::ranges::find(r.strategies, s) == r.strategies.end()) continue;
            row.found = in_scope(r, s);
            row.statement = statement(r, s);
            for (const Counterexample& c : r.counterexamples)
                if (c.strategy == s && !row.shortest) row.shortest = c;
        }
        tier.rows.push_back(std::move(row));
    }
    for (const ExploreReport& r : reports) {
        tier.states += r.states;
        tier.transitions += r.transitions;
        tier.seconds += r.seconds;
    }
    return tier;
}

} // namespace checker::inline search
