// The corpora: every trace, with what it says of itself.
#include <fmt/format.h>

#include "checker/gate/tier.h"
#include "checker/judge/runner.h"
#include "checker/support/interrupt.h"
#include "model/text/printable.h"

namespace checker::inline gate {
namespace {

// The page of a trace on which a strategy failed; the trace with the fewest operations is kept.
struct Failed {
    std::string trace;
    std::size_t operations = 0; // without walks
    std::uint32_t line = 0;
    MappedAt missed;
};

// What the corpora say of one strategy.
struct Tally {
    const Strategy* strategy = nullptr;
    std::uint64_t traces = 0, pages = 0, heals = 0, stays = 0, visited = 0;
    std::uint64_t regressions = 0; // pages on which it missed what the reference finds, or read a freed VMA
    bool claim_broken = false;
    std::optional<Failed> shortest;
    std::vector<std::string> refuted_in;
};

void count(Tally& t, const Verdict& v, const model::Trace& trace) {
    ++t.pages;
    t.visited += v.cost.all.visited;
    t.heals += v.lifetime == Lifetime::heals;
    t.stays += v.lifetime == Lifetime::stays;
    t.claim_broken |= breaks_claim(v);
    if (!refutes(v)) return;
    ++t.regressions;
    if (t.refuted_in.empty() || t.refuted_in.back() != trace.path) t.refuted_in.push_back(trace.path);
    const std::size_t operations = operations_without_walks(trace);
    if (!t.shortest || operations < t.shortest->operations)
        t.shortest = Failed{trace.path, operations, v.at, v.regressed.empty() ? v.page : v.regressed.front()};
}

Evidence evidence_of(const Tally& t, const TierRequest& request) {
    Evidence e{t.strategy, t.claim_broken || t.regressions ? Seen::refuted : Seen::nothing, {}, {}, t.refuted_in, {}};
    for (std::uint64_t n : {t.traces, t.pages, t.heals, t.stays, t.visited}) e.cells.push_back(fmt::to_string(n));
    e.figures = {{"claim", to_string(t.strategy->claim)},
                 {"traces", t.traces},
                 {"pages", t.pages},
                 {"heals", t.heals},
                 {"stays", t.stays},
                 {"visited", t.visited},
                 {"regressions", t.regressions},
                 {"refuted_by", nullptr}};
    if (!t.shortest) return e;
    const Failed& f = *t.shortest;
    e.refutation =
        Refutation{f.operations,
                   fmt::format("{}:{}", model::printable(f.trace), f.line),
                   {},
                   model::under_rules({"rmapcheck", "run", "--strategy", std::string(t.strategy->name), f.trace},
                                      request.version->rules)};
    e.figures["refuted_by"] = {{"trace", f.trace},
                               {"at", f.line},
                               {"operations", f.operations},
                               {"missed", {{"pid", f.missed.pid}, {"address", model::address(f.missed.page)}}}};
    return e;
}

TierEvidence corpus_evidence(const TierRequest& request) {
    RunOptions how;
    how.strategies = request.strategies;
    how.config = config_of(request);
    how.end_of = kinds_of(request.strategies);
    TierEvidence evidence;
    std::vector<Tally> tallies;
    for (const Strategy* s : request.strategies) tallies.emplace_back().strategy = s;
    const std::vector<std::string> paths = traces_below(request.corpora);
    std::size_t played = 0;
    for (; played < paths.size() && !interrupted(); ++played) {
        const std::string& path = paths[played];
        request.progress({"corpus", played, paths.size(), "traces", -1, path});
        const model::Trace trace = model::load_trace(path);
        const RunReport report = run_trace(trace, how);
        for (const Mismatch& f : report.failures)
            evidence.faults.push_back({fmt::format("{}:{}: {}", model::printable(path), f.line, f.text),
                                       model::under_rules({"rmapcheck", "run", path}, request.version->rules)});
        for (Tally& t : tallies) {
            ++t.traces;
            for (const Verdict& v : report.verdicts)
                if (v.strategy == t.strategy) count(t, v, trace);
        }
    }
    for (const Tally& t : tallies) evidence.rows.push_back(evidence_of(t, request));
    evidence.summary = fmt::format(
        "{} of {} traces below {}; pages: how many were walked; heal, stay: misses that ksmd ends or "
        "not, those of the reference included; visited: VMAs taken from interval trees",
        played, paths.size(), model::printable(request.corpora));
    if (played < paths.size())
        evidence.cannot_tell = fmt::format("interrupted after {} of {} traces", played, paths.size());
    if (paths.empty()) evidence.cannot_tell = "there is no trace below " + request.corpora;
    evidence.figures = {{"traces", played}, {"cut_short", played < paths.size()}};
    return evidence;
}

} // namespace

Tier corpus_tier() {
    return {"corpus", "every trace of the corpora", {"traces", "pages", "heal", "stay", "visited"}, 0, corpus_evidence};
}

} // namespace checker::inline gate
