// Every trace of corpora/found and corpora/explored: who loses what there, for how long, and under which rules.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "checker/judge/runner.h"
#include "checker/report/pages/pages.h"

namespace checker::inline report {
namespace {

constexpr std::string_view folders[] = {"found", "explored"};

// "linear-index regressed own-item": what the trace says its cause is, or nothing.
std::string cause_of(const model::Trace& trace) {
    constexpr std::string_view mark = "# Cause: ";
    for (const model::Remark& r : trace.remarks)
        if (r.text.starts_with(mark)) return r.text.substr(mark.size());
    return {};
}

// What the strategy loses at the trace's walk lines: of the reference what it misses, of others what the reference
// finds.
struct Losses {
    std::vector<MappedAt> entries;
    std::string lifetime;
    bool reads_freed_vma = false;
    bool any() const { return !entries.empty() || reads_freed_vma; }
};

Losses losses_of(const model::Trace& trace, const Strategy& s, const model::KernelVersion& version) {
    RunOptions how;
    how.config.rules = version.rules;
    how.strategies = {&s};
    how.judge_at_end = false;
    Losses l;
    for (const Verdict& v : run_trace(trace, how).verdicts) {
        const auto& lost = &s == &reference() ? v.missed : v.regressed;
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

// A row: under the newest rules that show it, and the names of all that do.
std::vector<std::string> row_of(const std::string& path, const std::string& name) {
    const model::Trace trace = model::load_trace(path);
    const std::string cause = cause_of(trace);
    const Strategy* s = find_strategy(cause.substr(0, cause.find(' ')));
    if (!s) throw model::BadInput("no cause is named", "# Cause: STRATEGY FACT...", {path, 1, 1});
    Losses shown;
    std::string kernels;
    for (const model::KernelVersion& version : model::kernel_versions()) {
        const Losses l = losses_of(trace, *s, version);
        if (!l.any()) continue;
        shown = l;
        kernels += fmt::format("{}{}", kernels.empty() ? "" : ", ", version.name);
    }
    return {"`" + name + "`", std::string(s->name), std::to_string(operations_without_walks(trace)),
            in_words(shown),  shown.lifetime,       kernels.empty() ? "none" : kernels};
}

} // namespace

std::string findings_page(const PageRequest& request) {
    std::string text =
        "*Loses*: the entries (process:address) that the strategy misses and the reference finds; of the reference, "
        "what it\n"
        "misses itself. *Lasts*: whether full scans with nothing else running end it. *Kernels*: under whose rules. "
        "What the\n"
        "names mean is in [../walks.md](../walks.md).\n";
    for (std::string_view folder : folders) {
        std::vector<std::vector<std::string>> rows;
        const std::string where = fmt::format("{}/{}", request.corpora, folder);
        for (const std::string& path : traces_below(where))
            rows.push_back(row_of(path, std::filesystem::path(path).stem().string()));
        text += fmt::format("\n## corpora/{}: {} traces\n\n", folder, rows.size());
        text += markdown_table({"trace", "strategy", "operations", "loses", "lasts", "kernels"}, rows);
    }
    return text;
}

} // namespace checker::inline report
