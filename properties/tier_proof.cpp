#include "properties/tier_proof.h"

#include <fmt/format.h>

#include <algorithm>

#include "properties/proofs/ledger.h"

namespace properties {
namespace {

using namespace checker;
using namespace proofs;

const Entry* entry_of(const Ledger& ledger, const Strategy* s) {
    const auto at = std::ranges::find(ledger.entries, theorem_of(*s), &Entry::theorem);
    return at == ledger.entries.end() ? nullptr : &*at;
}

// Proved means: from the premises that the theorem names. A premise that is needed is shown by a trace without it.
Evidence evidence_of(const Entry* e, const Strategy* s) {
    if (s == &reference(*s->kind)) return {s, Seen::nothing, {}, {""}, {}, {}};
    if (!e || e->answer != Answer::proved) return {s, Seen::open, {}, {"open"}, {}, {}};
    const auto shown = std::ranges::find_if(e->breaks, [](const BreakEntry& b) { return b.shown_of_strategy(); });
    if (shown == e->breaks.end()) return {s, Seen::nothing, {}, {"proved"}, {}, {}};
    return {s,
            Seen::refuted,
            Refutation{{}, shown->premise, shown->trace, {"rmapcheck", "prove", "--strategy", std::string(s->name)}},
            {fmt::format("broken by {}", shown->operation)},
            {},
            {}};
}

TierEvidence proof_evidence(const TierRequest& request) {
    Settings settings;
    settings.timeout_ms = static_cast<unsigned>(1000 * request.budget);
    const Ledger ledger = prove(all_theorems(), settings, replay_break, request.progress);
    TierEvidence evidence;
    for (const Strategy* s : request.strategies)
        if (!s->theorem.empty()) evidence.rows.push_back(evidence_of(entry_of(ledger, s), s));
    std::size_t proved = 0;
    for (const Entry& e : ledger.entries) {
        proved += e.answer == Answer::proved;
        const std::string line = fmt::format("proof: {}: {}", e.theorem->name, e.reason);
        if (e.answer == Answer::unknown || e.answer == Answer::timeout)
            evidence.cannot_tell = line;
        else if (e.answer != Answer::proved)
            evidence.faults.push_back(
                {line, {"rmapcheck", "prove"}, e.answer == Answer::vacuous || e.answer == Answer::error});
    }
    evidence.summary = fmt::format(
        "proof: {}: {} of {} theorems proved in {:.1f} s; broken by: a step that needs a "
        "premise; a trace without the premise loses an entry",
        ledger.solver, proved, ledger.entries.size(), ledger.seconds);
    evidence.figures = to_json(ledger);
    return evidence;
}

} // namespace

Tier proof_tier() { return {"proof", "theorems about the page offsets, by Z3", {"proof"}, 60, proof_evidence, false}; }

} // namespace properties
