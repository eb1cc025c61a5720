// The corpora on the running kernel. This tier tests the model that the others stand on.
#include <fmt/format.h>

#include "checker/gate/tier.h"
#include "checker/kernels/running/tier.h"
#include "checker/support/interrupt.h"
#include "model/text/printable.h"

namespace checker::inline gate {
namespace {

std::string in_one_line(const kernels::LiveRun& tier) {
    std::string s = fmt::format(
        "live: Linux {} at level {}: {} traces agree ({} operations, {} walks), {} differ, {} skipped in {:.1f} s",
        tier.kernel, kernels::to_string(tier.level), tier.agree, tier.operations, tier.walks, tier.differ, tier.skipped,
        tier.seconds);
    for (const std::string& remark : tier.remarks) s += "; " + remark;
    for (const std::string& remark : {tier.why_not_higher, tier.why_no_ksm, tier.why_no_swap})
        if (!remark.empty()) s += "; " + remark;
    return s;
}

TierEvidence live_evidence(const TierRequest& request) {
    kernels::LiveOptions how;
    how.seconds = request.budget;
    const kernels::LiveRun tier =
        kernels::run_live(request.corpora, how, [&](std::size_t done, std::size_t of, const std::string& path) {
            request.progress({"live", done, of, "traces", -1, path});
        });
    TierEvidence evidence;
    if (!tier.could_not_run.empty()) {
        evidence.skipped = tier.could_not_run;
        return evidence;
    }
    for (const kernels::LiveDifference& d : tier.differences)
        evidence.faults.push_back(
            {fmt::format("{}: the running kernel and the model differ: {}", model::printable(d.trace.path),
                         d.report.differences.empty() ? "" : d.report.differences.front()),
             {"rmapcheck", "replay", d.trace.path}});
    evidence.summary = in_one_line(tier);
    if (interrupted()) evidence.cannot_tell = "live: interrupted";
    evidence.figures = {{"kernel", tier.kernel},   {"level", kernels::to_string(tier.level)},
                        {"traces", tier.found},    {"agree", tier.agree},
                        {"differ", tier.differ},   {"skipped_traces", tier.skipped},
                        {"reasons", tier.reasons}, {"operations", tier.operations},
                        {"walks", tier.walks},     {"cut_short", tier.cut_short},
                        {"seconds", tier.seconds}};
    return evidence;
}

} // namespace

Tier live_tier() {
    return {"live", "the corpora on the running kernel, compared with the model", {}, 60, live_evidence, false};
}

} // namespace checker::inline gate
