// Every trace of corpora/found, corpora/explored, corpora/anon and corpora/file: who loses what there, for how long,
// and under which rules.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "checker/judge/runner.h"
#include "checker/mend/lattice.h"
#include "checker/report/losses.h"
#include "checker/report/pages/pages.h"

namespace checker::inline report {
namespace {

constexpr std::string_view folders[] = {"found", "explored", "anon", "file"};

// The smallest sets of pieces that end it, of those that cost little; else the others. A piece that ends it may do so
// by there being no KSM page.
std::string ended_by(const model::Trace& trace, const Strategy& s) {
    if (s.kind != &ksm) return {}; // mends are of KSM pages
    const Goal goal = &s == &reference() ? Goal::exact : Goal::covers;
    const model::Rules& rules = model::default_version().rules;
    const auto in_code = [](PieceSet set) {
        std::string text;
        for (const std::string& name : names_of(set)) text += fmt::format("{}`{}`", text.empty() ? "" : " with ", name);
        return text.empty() ? std::string("the walk of 7.3") : text;
    };
    std::string text;
    std::vector<PieceSet> sets = smallest_that_end(trace.steps, rules, goal, all_pieces & ~dear_pieces());
    if (sets.empty()) {
        sets = smallest_that_end(trace.steps, rules, goal, all_pieces);
        text = sets.empty() ? "none" : "none cheap: ";
    }
    for (PieceSet set : sets) text += (set == sets.front() ? "" : ", or ") + in_code(set);
    return text;
}

// A row: under the newest rules that show it, and the names of all that do.
std::vector<std::string> row_of(const std::string& path, const std::string& name) {
    const model::Trace trace = model::load_trace(path);
    const Strategy& s = strategy_of_cause(trace);
    Losses shown;
    std::string kernels;
    for (const model::KernelVersion& version : model::kernel_versions()) {
        const Losses l = losses_of(trace, s, version);
        if (!l.any()) continue;
        shown = l;
        kernels += fmt::format("{}{}", kernels.empty() ? "" : ", ", version.name);
    }
    return {"`" + name + "`",  std::string(s.name), std::to_string(operations_without_walks(trace)),
            in_words(shown),   shown.lifetime,      kernels.empty() ? "none" : kernels,
            ended_by(trace, s)};
}

} // namespace

std::string findings_page(const PageRequest& request) {
    std::string text =
        "*Loses*: the entries (process:address) that the strategy misses and the reference finds; of the reference, "
        "what it\n"
        "misses itself. *Lasts*: whether full scans with nothing else running end it. *Kernels*: under whose rules. "
        "What the\n"
        "names mean is in [../walks.md](../walks.md). *Ended by*: the smallest sets of cheap pieces of a mend, each "
        "enough on\n"
        "7.3 ([mend.md](mend.md)); the walk of 7.3 may be enough by itself.\n";
    for (std::string_view folder : folders) {
        std::vector<std::vector<std::string>> rows;
        const std::string where = fmt::format("{}/{}", request.corpora, folder);
        for (const std::string& path : traces_below(where))
            rows.push_back(row_of(path, std::filesystem::path(path).stem().string()));
        text += fmt::format("\n## corpora/{}: {} traces\n\n", folder, rows.size());
        text += markdown_table({"trace", "strategy", "operations", "loses", "lasts", "kernels", "ended by"}, rows);
    }
    return text;
}

} // namespace checker::inline report
