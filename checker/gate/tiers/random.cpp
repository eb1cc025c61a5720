// Random sequences: what `check` does, for a while.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <thread>

#include "checker/gate/tier.h"
#include "checker/judge/expect.h"
#include "checker/search/random/check.h"
#include "checker/search/shrink/found.h"

namespace checker::inline gate {
namespace {

constexpr double minimize_seconds = 10;

// The sequences of the tier, for one strategy or for all.
CheckOptions options_for(const TierRequest& request, std::vector<const Strategy*> strategies) {
    CheckOptions o;
    o.strategies = std::move(strategies);
    o.config = config_of(request);
    o.seed = request.seed;
    o.seconds = request.budget;
    o.jobs = std::max(1u, std::thread::hardware_concurrency());
    return o;
}

CommandWords command(const TierRequest& request, const Strategy* s, std::uint64_t run) {
    return model::under_rules(
        command_of(options_for(request, s ? std::vector{s} : std::vector<const Strategy*>{}), run),
        request.version->rules);
}

// The shortest of them, minimized.
Refutation minimal(const TierRequest& request, const std::map<Cause, Sighting>& against) {
    const auto least = std::ranges::min_element(against, {}, [](const auto& a) { return a.second.steps.size(); });
    request.progress({"minimizing what random sequences found", 0, 1});
    const std::map<Cause, Sighting> one{*least};
    const Found found = minimize_sightings(one, config_of(request), minimize_seconds, [](std::size_t) {}).front();
    return {found.minimal.steps.size() - 1, to_text(least->first), found_text(found),
            command(request, least->first.strategy, found.run)};
}

Evidence evidence_of(const TierRequest& request, const CheckReport& report, const Strategy* s) {
    Evidence e{s, Seen::nothing, {}, {s == &reference(*s->kind) ? "" : "none"}, {}, {{"trace", ""}}};
    std::map<Cause, Sighting> against;
    for (const auto& [cause, sighting] : report.disagreements)
        if (cause.strategy == s && s != &reference(*s->kind)) against.emplace(cause, sighting);
    if (against.empty()) return e;
    e.seen = Seen::refuted;
    e.cells = {fmt::format("{} cause{}", against.size(), against.size() == 1 ? "" : "s")};
    if (known_wrong(held_to(request, *s))) // no news: it is not worth the time
        e.refutation = Refutation{{}, {}, {}, command(request, s, against.begin()->second.run)};
    else
        e.refutation = minimal(request, against);
    e.figures["trace"] = e.refutation->trace;
    return e;
}

TierEvidence random_evidence(const TierRequest& request, const Lists& lists) {
    const CheckReport report = check(options_for(request, request.strategies), lists, [&](const SearchEffort& p) {
        request.progress({"random", p.operations, 0, "operations", std::max(0.0, request.budget - p.seconds)});
    });
    TierEvidence evidence;
    for (const Strategy* s : request.strategies) evidence.rows.push_back(evidence_of(request, report, s));
    for (const auto* map : {&report.broken, &report.defects})
        for (const auto& [name, sighting] : *map)
            evidence.faults.push_back({fmt::format("random, run {}: {}: {}", sighting.run, name, sighting.what),
                                       command(request, nullptr, sighting.run), map == &report.defects});
    evidence.summary = fmt::format("random: seed {}, {} sequences, {} operations judged over {} KSM pages in {:.1f} s",
                                   request.seed, report.runs, report.operations, report.pages, report.seconds);
    if (report.end == End::interrupted) evidence.cannot_tell = "random: interrupted";
    evidence.figures = {{"seed", request.seed},
                        {"runs", report.runs},
                        {"operations", report.operations},
                        {"pages", report.pages},
                        {"seconds", report.seconds}};
    return evidence;
}

} // namespace

Tier random_tier(const Lists& lists) {
    return {"random",
            "random sequences, judged after every operation",
            {"random"},
            10,
            [lists](const TierRequest& request) { return random_evidence(request, lists); }};
}

} // namespace checker::inline gate
