// What an exported program must say, by the model.
#pragma once

#include <algorithm>

#include "checker/judge/runner.h"

namespace checker::kernels {

// Does this walk miss an entry of a KSM page in the end?
inline bool loses_at_end(const Strategy& walk, const model::Trace& trace, const model::Config& config) {
    RunOptions options;
    options.config = config;
    options.strategies = {&walk};
    options.judge_at_end = true;
    const RunReport report = run_trace(trace, options);
    return std::any_of(report.verdicts.end() - static_cast<std::ptrdiff_t>(report.at_end), report.verdicts.end(),
                       [](const Verdict& v) { return !v.missed.empty(); });
}

} // namespace checker::kernels
