// The corpora: every trace, with what it says of itself.
#include <fmt/format.h>

#include "checker/commands/verb.h"
#include "checker/gate/tier.h"
#include "checker/report/json.h"

namespace checker::inline gate {
namespace {

TierRow row_of(const Tally& t, bool candidate) {
    TierRow row{t.strategy, standing(t, candidate), {}, {}, {}, {}, {}};
    for (std::uint64_t n : {t.traces, t.pages, t.heals, t.stays, t.visited}) row.cells.push_back(fmt::to_string(n));
    if (t.shortest) {
        row.operations = t.shortest->operations;
        row.refuted_by = fmt::format("{}:{}", t.shortest->path, t.shortest->line);
        row.reproduce = fmt::format("rmapcheck run --strategy {} {}", t.strategy->name, shell_quoted(t.shortest->path));
    }
    return row;
}

nlohmann::json json_of(const Tally& t) {
    nlohmann::json row{{"strategy", t.strategy->name},
                       {"claim", to_string(t.strategy->claim)},
                       {"traces", t.traces},
                       {"pages", t.pages},
                       {"heals", t.heals},
                       {"stays", t.stays},
                       {"visited", t.visited},
                       {"regressions", t.regressions},
                       {"refuted_by", nullptr}};
    if (t.shortest)
        row["refuted_by"] = {{"trace", t.shortest->path},
                             {"at", t.shortest->line},
                             {"operations", t.shortest->operations},
                             {"missed", to_json(t.shortest->missed)}};
    return row;
}

TierResult run(const TierRequest& request) {
    RunOptions how;
    how.strategies = request.strategies;
    const CorpusTier tier =
        run_corpus_tier(request.corpora, how, [&](std::size_t done, std::size_t of, const std::string& path) {
            request.progress(fmt::format("[{}/{}] {}", done, of, path));
        });
    TierResult result;
    nlohmann::json rows = nlohmann::json::array();
    for (const Tally& t : tier.tallies) {
        result.rows.push_back(row_of(t, request.candidate));
        rows.push_back(json_of(t));
    }
    result.failures = tier.failures;
    result.reproduce = "rmapcheck run " + shell_quoted(tier.failed_trace);
    result.summary = fmt::format(
        "{} of {} traces below {}; pages: how many were walked; heal, stay: misses that ksmd ends or "
        "not, those of the reference included; visited: VMAs taken from interval trees",
        tier.traces_played, tier.traces_found, request.corpora);
    if (tier.cut_short)
        result.cannot_tell = fmt::format("interrupted after {} of {} traces", tier.traces_played, tier.traces_found);
    if (!tier.traces_found) result.cannot_tell = "there is no trace below " + request.corpora;
    result.json = {{"strategies", rows},
                   {"failures", tier.failures},
                   {"traces", tier.traces_played},
                   {"cut_short", tier.cut_short}};
    return result;
}

} // namespace

Tier corpus_tier() {
    return {"corpus", "every trace of the corpora", {"traces", "pages", "heal", "stay", "visited"}, 0, run};
}

} // namespace checker::inline gate
