// Every strategy on every trace of the corpora, under the rules of each kernel.
#include <fmt/format.h>

#include <algorithm>

#include "checker/judge/runner.h"
#include "checker/report/pages/pages.h"

namespace checker::inline report {
namespace {

// What the corpora say of one strategy.
struct Sums {
    std::uint64_t pages = 0, traces_lost = 0, lost = 0, heals = 0, stays = 0, visited = 0;
    std::size_t shortest = 0; // operations of the shortest trace in which it loses something; 0: it loses nothing
};

void add(Sums& sums, const RunReport& report, const Strategy& s, std::size_t operations) {
    std::uint64_t lost = 0;
    for (const Verdict& v : report.verdicts) {
        if (v.strategy != &s) continue;
        ++sums.pages;
        sums.visited += v.cost.all.visited;
        sums.heals += v.lifetime == Lifetime::heals;
        sums.stays += v.lifetime == Lifetime::stays;
        lost += refutes(v);
    }
    sums.lost += lost;
    if (!lost) return;
    ++sums.traces_lost;
    sums.shortest = sums.shortest ? std::min(sums.shortest, operations) : operations;
}

std::string table_of(const Kind& kind, const std::vector<const Strategy*>& list, const std::vector<Sums>& sums,
                     const model::Rules& rules) {
    std::vector<std::vector<std::string>> rows;
    for (std::size_t i = 0; i < sums.size(); ++i) {
        const Strategy& s = *list[i];
        if (s.kind != &kind) continue;
        rows.push_back({fmt::format("`{}`", s.name), std::string(to_string(claim_under(s, rules))),
                        grouped(sums[i].pages), grouped(sums[i].lost), grouped(sums[i].traces_lost),
                        sums[i].shortest ? std::to_string(sums[i].shortest) : "", grouped(sums[i].heals),
                        grouped(sums[i].stays), grouped(sums[i].visited)});
    }
    return markdown_table({"strategy", "claim", "pages", "lost", "in traces", "shortest", "heals", "stays", "visited"},
                          rows);
}

} // namespace

std::string strategies_page(const PageRequest& request) {
    const std::vector<std::string> paths = traces_below(request.corpora);
    std::string text = fmt::format(
        "{} traces. *Pages*: walked, of the kind that the strategy is about: KSM pages, and below them ordinary "
        "anonymous\n"
        "pages, and pages of files. *Lost*: pages of which the strategy loses an entry that the reference "
        "finds, and in\n"
        "how many traces; *shortest*: operations of the shortest of these. *Heals*, *stays*: misses that ksmd ends or "
        "not, those of\n"
        "the reference included. *Visited*: VMAs taken from interval trees.\n",
        paths.size());
    for (const model::KernelVersion& version : model::kernel_versions()) {
        RunOptions how;
        how.config.rules = version.rules;
        how.strategies = all_of(every_strategy());
        how.end_of = kinds_of(how.strategies);
        std::vector<Sums> sums(how.strategies.size());
        for (const std::string& path : paths) {
            const model::Trace trace = model::load_trace(path);
            const RunReport report = run_trace(trace, how);
            for (std::size_t i = 0; i < sums.size(); ++i)
                add(sums[i], report, *how.strategies[i], operations_without_walks(trace));
        }
        text += fmt::format("\n## Rules of {}\n", version.name);
        for (const Kind* kind : kinds()) text += "\n" + table_of(*kind, how.strategies, sums, version.rules);
    }
    return text;
}

} // namespace checker::inline report
