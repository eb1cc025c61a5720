#include "checker/kernels/running/tier.h"

#include <algorithm>
#include <chrono>

#include <fmt/format.h>

#include "checker/judge/runner.h"
#include "checker/support/interrupt.h"

namespace checker::kernels {
namespace {

void count(LiveRun& tier, const model::Trace& trace, ReplayReport report) {
    tier.operations += report.steps;
    tier.walks += report.walks;
    switch (report.status) {
    case ReplayReport::Status::agree: ++tier.agree; break;
    case ReplayReport::Status::skipped:
        ++tier.skipped;
        ++tier.reasons[report.reason];
        break;
    case ReplayReport::Status::differ:
        ++tier.differ;
        tier.differences.push_back({trace, std::move(report)});
        break;
    }
}

// One reason for all, if nothing could be compared.
std::string most_common(const std::map<std::string, std::size_t>& reasons) {
    const auto most = std::ranges::max_element(reasons, {}, [](const auto& r) { return r.second; });
    return most == reasons.end() ? "there is no trace" : most->first;
}

} // namespace

LiveRun run_live(const std::string& folder, const LiveOptions& options,
                 const std::function<void(std::size_t, std::size_t, const std::string&)>& progress) {
    using Clock = std::chrono::steady_clock;
    const auto start = Clock::now();
    const auto seconds = [&] { return std::chrono::duration<double>(Clock::now() - start).count(); };
    std::vector<model::Trace> traces; // all are read before any is played
    for (const std::string& path : traces_below(folder)) traces.push_back(model::load_trace(path));

    LiveRun tier;
    tier.found = traces.size();
    Lab lab = open_lab(options.lab);
    model::Config config;
    config.rules = lab.rules;
    for (const model::Trace& trace : traces) model::require_playable(trace, config);
    tier.kernel = lab.release;
    tier.remarks = lab.remarks;
    tier.level = lab.eyes.level;
    tier.why_not_higher = lab.eyes.why_not_higher;
    tier.why_no_ksm = lab.why_no_ksm;
    tier.why_no_swap = lab.why_no_swap;
    ReplayOptions how;
    how.stop = [&] { return interrupted() || seconds() >= options.seconds; };
    std::size_t done = 0;
    for (; done < traces.size() && !how.stop(); ++done) {
        progress(done, traces.size(), traces[done].path);
        count(tier, traces[done], replay(lab, traces[done], how));
    }
    tier.cut_short = tier.reasons.contains("stopped") || done < traces.size();
    if (const std::size_t left = traces.size() - done) {
        tier.skipped += left;
        tier.reasons[interrupted() ? "interrupted" : fmt::format("{} seconds were up", options.seconds)] += left;
    }
    tier.seconds = seconds();
    if (tier.agree + tier.differ == 0) tier.could_not_run = most_common(tier.reasons);
    return tier;
}

} // namespace checker::kernels
