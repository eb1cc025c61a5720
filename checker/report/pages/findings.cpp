// Every trace of corpora/found, corpora/explored and corpora/anon: who loses what there, for how long, and under which
// rules.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "checker/judge/runner.h"
#include "checker/report/losses.h"
#include "checker/report/pages/pages.h"

namespace checker::inline report {
namespace {

constexpr std::string_view folders[] = {"found", "explored", "anon"};

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
    return {"`" + name + "`", std::string(s.name), std::to_string(operations_without_walks(trace)),
            in_words(shown),  shown.lifetime,      kernels.empty() ? "none" : kernels};
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
