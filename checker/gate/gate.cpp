#include "checker/gate/gate.h"

#include <fmt/format.h>

#include <algorithm>

#include "checker/support/interrupt.h"

namespace checker::inline gate {
namespace {

void count(Tally& t, const Verdict& v, const model::Trace& trace) {
    ++t.pages;
    t.visited += v.cost.all.visited;
    t.heals += v.lifetime == Lifetime::heals;
    t.stays += v.lifetime == Lifetime::stays;
    t.claim_broken |= breaks_claim(v);
    if (!refutes(v)) return;
    ++t.regressions;
    const std::size_t operations = operations_without_walks(trace);
    if (!t.shortest || operations < t.shortest->operations)
        t.shortest = Refutation{trace.path, operations, v.at, v.regressed.empty() ? v.page : v.regressed.front()};
}

} // namespace

std::string_view to_string(Standing s) {
    switch (s) {
    case Standing::holds: return "holds";
    case Standing::refuted: return "refuted";
    case Standing::not_caught: return "not caught";
    case Standing::unknown: return "could not tell";
    }
    return "";
}

CorpusTier run_corpus_tier(const std::string& folder, const RunOptions& options,
                           const std::function<void(std::size_t, std::size_t, const std::string&)>& progress) {
    CorpusTier tier;
    const std::vector<std::string> paths = traces_below(folder);
    tier.traces_found = paths.size();
    for (const Strategy* s : start_session(options.config, options.strategies).strategies) {
        tier.tallies.emplace_back();
        tier.tallies.back().strategy = s;
    }
    for (const std::string& path : paths) {
        if (interrupted()) {
            tier.cut_short = true;
            break;
        }
        progress(tier.traces_played, paths.size(), path);
        const model::Trace trace = model::load_trace(path);
        const RunReport report = run_trace(trace, options);
        ++tier.traces_played;
        for (const Failure& f : report.failures)
            tier.failures.push_back(fmt::format("{}:{}: {}", path, f.line, f.text));
        if (!report.failures.empty() && tier.failed_trace.empty()) tier.failed_trace = path;
        for (Tally& t : tier.tallies) {
            ++t.traces;
            for (const Verdict& v : report.verdicts)
                if (v.strategy == t.strategy) count(t, v, trace);
        }
    }
    return tier;
}

Standing standing(const Tally& t, bool candidate) {
    if (candidate || t.strategy->claim != Claim::refuted)
        return t.claim_broken || t.regressions ? Standing::refuted : Standing::holds;
    return t.regressions ? Standing::refuted : Standing::not_caught;
}

} // namespace checker::inline gate
