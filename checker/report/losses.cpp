#include "checker/report/losses.h"

#include <algorithm>

#include <fmt/format.h>

#include "checker/judge/runner.h"
#include "model/fail.h"

namespace checker::inline report {

std::string cause_of(const model::Trace& trace) {
    constexpr std::string_view mark = "# Cause: ";
    for (const model::Remark& r : trace.remarks)
        if (r.text.starts_with(mark)) return r.text.substr(mark.size());
    return {};
}

const Strategy& strategy_of_cause(const model::Trace& trace) {
    const std::string cause = cause_of(trace);
    const Strategy* s = find_strategy(cause.substr(0, cause.find(' ')));
    if (!s) throw model::BadInput("no cause is named", "# Cause: STRATEGY FACT...", {trace.path, 1, 1});
    return *s;
}

Losses losses_of(const model::Trace& trace, const Strategy& s, const model::KernelVersion& version) {
    RunOptions how;
    how.config.rules = version.rules;
    how.strategies = {&s};
    how.judge_at_end = false;
    Losses l;
    for (const Verdict& v : run_trace(trace, how).verdicts) {
        const auto& lost = is_reference(s) ? v.missed : v.regressed;
        l.entries.insert(l.entries.end(), lost.begin(), lost.end());
        l.reads_freed_vma |= v.touched_freed_vma;
        if (!lost.empty() && l.lifetime != "stays") l.lifetime = v.lifetime == Lifetime::heals ? "heals" : "stays";
    }
    std::ranges::sort(l.entries);
    l.entries.erase(std::unique(l.entries.begin(), l.entries.end()), l.entries.end());
    return l;
}

std::string in_words(const Losses& l) {
    std::string text = l.reads_freed_vma ? "reads a freed VMA" : "";
    for (const MappedAt& at : l.entries)
        text += fmt::format("{}{}:{:#x}", text.empty() ? "" : " ", at.pid, model::address(at.page));
    return text;
}

} // namespace checker::inline report
