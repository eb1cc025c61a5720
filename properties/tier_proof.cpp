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
TierRow row_of(const Entry* e, const Strategy* s) {
    TierRow row{s, Standing::unknown, {}, {}, {}, {}, {}};
    if (s == &reference(*s->kind)) {
        row.standing = Standing::holds;
        row.cells = {""};
        return row;
    }
    if (!e || e->answer != Answer::proved) {
        row.cells = {"open"};
        row.detail = e ? e->reason : "no theorem is about it";
        return row;
    }
    const auto shown = std::ranges::find_if(e->breaks, [](const BreakEntry& b) { return b.shown(); });
    if (shown == e->breaks.end()) {
        row.standing = Standing::holds;
        row.cells = {"proved"};
        return row;
    }
    row.standing = Standing::refuted;
    row.cells = {fmt::format("broken by {}", shown->operation)};
    row.refuted_by = shown->premise;
    row.detail = shown->trace;
    row.reproduce = fmt::format("rmapcheck prove --strategy {}", s->name);
    return row;
}

TierResult run(const TierRequest& request) {
    request.progress("proving");
    Settings settings;
    settings.timeout_ms = static_cast<unsigned>(1000 * request.budget);
    const Ledger ledger = prove(all_theorems(), settings);
    TierResult result;
    for (const Strategy* s : request.strategies) result.rows.push_back(row_of(entry_of(ledger, s), s));
    std::size_t proved = 0;
    for (const Entry& e : ledger.entries) {
        proved += e.answer == Answer::proved;
        const std::string line = fmt::format("proof: {}: {}", e.theorem->name, e.reason);
        if (e.answer == Answer::unknown || e.answer == Answer::timeout)
            result.cannot_tell = line;
        else if (e.answer != Answer::proved)
            result.failures.push_back(line);
        result.defect |= e.answer == Answer::vacuous || e.answer == Answer::error;
    }
    result.reproduce = "rmapcheck prove";
    result.summary = fmt::format(
        "proof: {}: {} of {} theorems proved in {:.1f} s; broken by: a step that needs a "
        "premise; a trace without the premise loses an entry",
        ledger.solver, proved, ledger.entries.size(), ledger.seconds);
    result.json = to_json(ledger);
    return result;
}

} // namespace

Tier proof_tier() { return {"proof", "theorems about the page offsets, by Z3", {"proof"}, 60, run}; }

} // namespace properties
