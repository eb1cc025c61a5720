// Random sequences: what `check` does, for a while.
#include <fmt/format.h>

#include <algorithm>
#include <thread>

#include "checker/gate/tier.h"
#include "checker/judge/expect.h"
#include "checker/search/found.h"
#include "checker/search/random/check.h"

namespace checker::inline gate {
namespace {

constexpr double minimize_seconds = 10;

std::string command(const TierRequest& request, const Strategy* s, std::uint64_t run) {
    return fmt::format("rmapcheck check --seed {} --runs {}{}", request.seed, run + 1,
                       s ? fmt::format(" --strategy {}", s->name) : "");
}

// The disagreements of one strategy. Only where it should have held are they minimized.
TierRow row_of(const TierRequest& request, const CheckReport& report, const Strategy* s) {
    TierRow row{s, Standing::holds, {}, {}, {}, {}, {}};
    std::vector<std::pair<Cause, const Sighting*>> against;
    for (const auto& [cause, sighting] : report.disagreements)
        if (cause.strategy == s && s != &reference()) against.emplace_back(cause, &sighting);
    const bool known = s->claim == Claim::refuted && !request.candidate;
    if (against.empty()) {
        row.standing = known ? Standing::not_caught : Standing::holds;
        row.cells = {s == &reference() ? "" : "none"};
        return row;
    }
    row.standing = Standing::refuted;
    row.cells = {fmt::format("{} cause{}", against.size(), against.size() == 1 ? "" : "s")};
    row.reproduce = command(request, s, against.front().second->run);
    if (known) return row;
    const auto least = std::ranges::min_element(against, {}, [](const auto& a) { return a.second->steps.size(); });
    const auto& [cause, sighting] = *least;
    request.progress("minimizing what random sequences found");
    std::map<Cause, Sighting> one{{cause, *sighting}};
    const Found found = minimize_sightings(one, {}, minimize_seconds, [](std::size_t) {}).front();
    row.operations = found.minimal.steps.size() - 1;
    row.refuted_by = to_text(cause);
    row.detail = found_text(found);
    row.reproduce = command(request, s, found.run);
    return row;
}

TierResult run(const TierRequest& request, const Lists& lists) {
    CheckOptions o;
    o.strategies = request.strategies;
    o.seed = request.seed;
    o.seconds = request.budget;
    o.jobs = std::max(1u, std::thread::hardware_concurrency());
    const CheckReport report = check(o, lists, [&](const CheckProgress& p) {
        request.progress(fmt::format("random: {:.0f} s, {} operations", p.seconds, p.operations));
    });
    TierResult result;
    nlohmann::json rows = nlohmann::json::array();
    for (const Strategy* s : request.strategies) {
        result.rows.push_back(row_of(request, report, s));
        rows.push_back({{"strategy", s->name},
                        {"verdict", to_string(result.rows.back().standing)},
                        {"trace", result.rows.back().detail}});
    }
    for (const auto* map : {&report.broken, &report.defects})
        for (const auto& [name, sighting] : *map) {
            result.failures.push_back(fmt::format("random, run {}: {}: {}", sighting.run, name, sighting.what));
            result.reproduce = command(request, nullptr, sighting.run);
            result.defect |= map == &report.defects;
        }
    result.summary = fmt::format("random: seed {}, {} sequences, {} operations judged over {} KSM pages in {:.1f} s",
                                 request.seed, report.runs, report.operations, report.pages, report.seconds);
    if (report.interrupted) result.cannot_tell = "random: interrupted";
    result.json = {{"seed", request.seed},       {"runs", report.runs},       {"operations", report.operations},
                   {"pages", report.pages},      {"seconds", report.seconds}, {"strategies", rows},
                   {"failures", result.failures}};
    return result;
}

} // namespace

Tier random_tier(const Lists& lists) {
    return {"random",
            "random sequences, judged after every operation",
            {"random"},
            10,
            [lists](const TierRequest& request) { return run(request, lists); }};
}

} // namespace checker::inline gate
