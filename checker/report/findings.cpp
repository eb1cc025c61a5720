#include "checker/report/findings.h"

#include <algorithm>

#include <fmt/format.h>

#include "checker/gate/kernel.h"
#include "checker/report/text.h"
#include "model/text/printable.h"

namespace checker::inline report {
namespace {

using namespace kernels::uml;

constexpr std::size_t most_shown = 12; // of a list, in text

std::size_t count_if(const Findings& f, bool (*is)(const TraceVerdict&)) {
    return static_cast<std::size_t>(std::ranges::count_if(f.verdicts, is));
}
bool played(const TraceVerdict& v) { return v.not_judged.empty(); }

template <class F> std::size_t sum(const Findings& f, F&& of) {
    std::size_t n = 0;
    for (const TraceVerdict& v : f.verdicts) n += of(v);
    return n;
}

std::string seconds(const Side& s) {
    const std::string built = s.cached ? "built before" : fmt::format("built in {:.1f} s", s.build_seconds);
    if (!s.boots && s.remembered) return built + ", played before";
    return fmt::format("{}, played in {:.1f} s", built, s.play_seconds);
}

struct LossTotals {
    std::size_t entries = 0, heals = 0, stays = 0;
};
LossTotals losses(const Findings& f) {
    LossTotals l;
    for (const TraceVerdict& v : f.verdicts)
        for (const LostEntry& e : v.lost) {
            ++l.entries;
            l.heals += e.lasting == Lasting::heals;
            l.stays += e.lasting == Lasting::stays;
        }
    return l;
}

// The first of each trace, so that every trace is seen before any is seen twice.
void add_list(std::string& text, const Findings& f, const std::string& title,
              std::vector<std::string> TraceVerdict::*list) {
    std::size_t n = 0, traces = 0;
    std::string lines;
    for (const TraceVerdict& v : f.verdicts) {
        if ((v.*list).empty()) continue;
        n += (v.*list).size();
        if (++traces <= most_shown) lines += fmt::format("  {}: {}\n", model::printable(v.name), (v.*list).front());
    }
    if (!n) return;
    text += fmt::format("\n{} ({}, in {} traces{}):\n{}", title, n, traces,
                        traces > most_shown ? fmt::format("; the first {}", most_shown) : "", lines);
}

void add_losses(std::string& text, const Findings& f) {
    std::size_t traces = 0;
    std::string lines;
    for (const TraceVerdict& v : f.verdicts) {
        if (v.lost.empty()) continue;
        if (++traces > most_shown) continue;
        const LostEntry& e = v.lost.front();
        lines += fmt::format("  {}:{}: {} is mapped and not found{}\n", model::printable(v.name), e.line, at_text(e.at),
                             e.lasting == Lasting::unknown ? "" : fmt::format(" ({})", to_string(e.lasting)));
    }
    if (traces)
        text += fmt::format("\nLost ({} traces{}):\n{}", traces,
                            traces > most_shown ? fmt::format("; the first {}", most_shown) : "", lines);
}

void add_effects(std::string& text, const Findings& f) {
    if (f.effects.empty()) return;
    std::vector<std::vector<std::string>> rows{{"what becomes of it", "entry", "", "reclaim", "seeing all", "migration",
                                                "seeing all", "memory failure", "told"}};
    const auto said = [](const std::optional<std::int64_t>& answer) {
        return answer ? fmt::to_string(*answer) : std::string("no answer");
    };
    for (const Effect& e : f.effects)
        rows.push_back({fmt::format("{}:{}", model::printable(e.trace), e.line), at_text(e.at),
                        e.lost ? "lost" : "missed by all", said(e.reclaim.own), said(e.reclaim.by_all),
                        said(e.migration.own), said(e.migration.by_all),
                        fmt::format("{}, {}", said(e.failure), to_string(e.after)), e.told ? "yes" : "no"});
    text += fmt::format("\n{}", table_text(rows));
}

void add_costs(std::string& text, const Findings& f) {
    if (f.costs.empty()) return;
    std::vector<std::vector<std::string>> rows;
    if (f.has_reference)
        rows.push_back({"one walk", "VMAs visited", "patched", "ns", "patched", "times less"});
    else
        rows.push_back({"one walk", "VMAs visited", "ns"});
    for (const Cost& c : f.costs) {
        if (!c.not_measured.empty()) {
            rows.push_back({c.workload, "not measured: " + c.not_measured});
            continue;
        }
        if (!f.has_reference) {
            rows.push_back({c.workload, fmt::to_string(c.visited), fmt::to_string(c.nanoseconds)});
            continue;
        }
        const double ratio =
            c.nanoseconds > 0 ? static_cast<double>(c.nanoseconds_before) / static_cast<double>(c.nanoseconds) : 0;
        rows.push_back({c.workload, fmt::to_string(c.visited_before), fmt::to_string(c.visited),
                        fmt::to_string(c.nanoseconds_before), fmt::to_string(c.nanoseconds),
                        fmt::format("{:.1f}", ratio)});
    }
    text += fmt::format("\n{}", table_text(rows));
}

std::string_view judged_kernel(const Findings& f) { return f.patches.empty() ? "kernel" : "patched kernel"; }

std::string join(const std::vector<std::string>& list) {
    std::string text;
    for (const std::string& s : list) text += fmt::format("{}{}", text.empty() ? "" : ", ", s);
    return text;
}

std::size_t tried(const Findings& f) {
    return count_if(f, [](const TraceVerdict& v) { return played(v) || v.regressed(); });
}

using nlohmann::json;

json traces_json(const Findings& f) {
    json traces = json::array();
    for (const TraceVerdict& v : f.verdicts) {
        json lost = json::array();
        for (const LostEntry& e : v.lost)
            lost.push_back({{"at", e.line},
                            {"occasion", e.occasion == Occasion::walk  ? "walk"
                                         : e.occasion == Occasion::end ? "end"
                                                                       : "healed"},
                            {"pid", e.at.pid},
                            {"address", e.at.page.n * model::PAGE_SIZE},
                            {"lifetime", to_string(e.lasting)}});
        traces.push_back({{"trace", v.name},
                          {"lost", lost},
                          {"failed", v.failed},
                          {"complaints", v.complaints},
                          {"differences", v.differences},
                          {"own_misses", v.own_misses},
                          {"own_losses", v.own_losses},
                          {"stale", v.own_stale},
                          {"in_flight", v.in_flight.model.empty()
                                            ? json(nullptr)
                                            : json{{"kernel", v.in_flight.kernel}, {"model", v.in_flight.model}}},
                          {"contradictions", v.contradictions},
                          {"off_model", v.reference_off_model},
                          {"pages", v.pages},
                          {"entries", v.entries},
                          {"not_judged", v.not_judged.empty() ? json(nullptr) : json(v.not_judged)}});
    }
    return traces;
}

json tried_json(const Tried& t) {
    return {{"own", t.own ? json(*t.own) : json(nullptr)}, {"by_all", t.by_all ? json(*t.by_all) : json(nullptr)}};
}

json effects_json(const Findings& f) {
    json effects = json::array();
    for (const Effect& e : f.effects) {
        effects.push_back({{"trace", e.trace},
                           {"at", e.line},
                           {"pid", e.at.pid},
                           {"address", model::address(e.at.page)},
                           {"lost", e.lost},
                           {"reclaim", tried_json(e.reclaim)},
                           {"migration", tried_json(e.migration)},
                           {"failure", nullptr},
                           {"after", to_string(e.after)},
                           {"told", e.told},
                           {"told_by_all", e.told_by_all},
                           {"told_elsewhere", nullptr}});
        if (e.failure) effects.back()["failure"] = *e.failure;
        if (e.told_elsewhere) effects.back()["told_elsewhere"] = model::address(*e.told_elsewhere);
    }
    return effects;
}

json costs_json(const Findings& f) {
    json costs = json::array();
    for (const Cost& c : f.costs) {
        json row{{"workload", c.workload},
                 {"visited", c.visited},
                 {"nanoseconds", c.nanoseconds},
                 {"not_measured", c.not_measured.empty() ? json(nullptr) : json(c.not_measured)}};
        if (f.has_reference) {
            row["visited_before"] = c.visited_before;
            row["nanoseconds_before"] = c.nanoseconds_before;
        }
        costs.push_back(row);
    }
    return costs;
}

} // namespace

std::string findings_summary(const Findings& f) {
    const Standing standing = standing_of(f);
    if (standing == Standing::cannot_tell) return fmt::format("could not tell: {}", why_silent(f));
    if (standing == Standing::holds) return "nothing is lost in what was played";
    const LossTotals l = losses(f);
    if (!l.entries && f.hangs)
        return fmt::format("refuted: the guest hangs, {} times in {} traces tried", f.hangs, tried(f));
    std::string text = fmt::format("refuted: {} entries lost", l.entries);
    if (f.hangs) text += fmt::format("; the guest hangs {} times", f.hangs);
    if (l.entries) text += fmt::format(" ({} heal, {} stay)", l.heals, l.stays);
    if (const std::size_t n = sum(f, [](const TraceVerdict& v) { return v.failed.size(); }))
        text += fmt::format("; reclaim or migration fails {} times", n);
    if (const std::size_t n = sum(f, [](const TraceVerdict& v) { return v.complaints.size(); }))
        text += fmt::format("; {} complaints in the kernel's log", n);
    return text;
}

std::string findings_text(const Findings& f) {
    std::string text = fmt::format("Linux {} ({}), {}\n", f.version, f.tree,
                                   f.patches.empty() ? "as it is" : fmt::format("with {}", join(f.patches)));
    if (!f.fixes.empty()) text += fmt::format("edited for User-Mode Linux on this machine: {}\n", join(f.fixes));
    if (f.has_reference) text += fmt::format("unpatched kernel: {}\n", seconds(f.reference));
    text += fmt::format("{}: {}\n", judged_kernel(f), seconds(f.candidate));
    const std::size_t traces = count_if(f, played);
    text += fmt::format("{} of {} traces judged, {} looks, {} KSM pages with {} entries\n", traces, f.verdicts.size(),
                        sum(f, [](const TraceVerdict& v) { return v.looks; }),
                        sum(f, [](const TraceVerdict& v) { return v.pages; }),
                        sum(f, [](const TraceVerdict& v) { return v.entries; }));
    for (const std::string& remark : f.remarks) text += remark + "\n";
    if (!f.not_in_the_guest.empty())
        text += fmt::format("changed, but not in the guest and not judged: {}\n", join(f.not_in_the_guest));
    if (f.random) text += fmt::format("{} of them random sequences, seed {}\n", f.random, f.seed);
    text += fmt::format(
        "the model ({} rules) agrees with the {} kernel on {} of {} traces\n", f.rules,
        f.has_reference ? "unpatched" : "guest's",
        traces - count_if(f, [](const TraceVerdict& v) { return played(v) && !v.reference_off_model.empty(); }),
        traces);
    if (!f.strategy.empty())
        text += fmt::format("{} in the model says the same of the {} on {} of {} traces\n", f.strategy,
                            judged_kernel(f), traces - f.strategy_differs.size(), traces);
    add_losses(text, f);
    add_list(text, f, "Reclaim or migration fails", &TraceVerdict::failed);
    add_list(text, f, "In the kernel's log", &TraceVerdict::complaints);
    add_list(text, f, "Observations contradict each other", &TraceVerdict::contradictions);
    add_list(text, f, "Otherwise different from the unpatched kernel", &TraceVerdict::differences);
    add_list(
        text, f,
        f.has_reference ? "The unpatched kernel misses these itself" : "The walk over all VMAs misses these as well",
        &TraceVerdict::own_misses);
    add_list(text, f, "The unpatched kernel loses these itself: a walk over all VMAs finds them",
             &TraceVerdict::own_losses);
    add_list(text, f,
             "Left behind by migrations: who gets the frame shares it. Tell security@kernel.org before others "
             "(docs/guide.md)",
             &TraceVerdict::own_stale);
    add_list(text, f, "Not as the model says", &TraceVerdict::reference_off_model);
    if (!f.strategy_differs.empty()) {
        text += fmt::format("\nThe {} is not what {} is in the model:\n", judged_kernel(f), f.strategy);
        for (std::size_t i = 0; i < std::min(most_shown, f.strategy_differs.size()); ++i)
            text += fmt::format("  {}\n", f.strategy_differs[i]);
    }
    std::size_t unplayed = 0;
    for (const TraceVerdict& v : f.verdicts)
        if (!played(v) && ++unplayed <= most_shown)
            text += fmt::format("{}  {}: {}\n", unplayed == 1 ? "\nNot judged:\n" : "", model::printable(v.name),
                                v.not_judged);
    add_effects(text, f);
    add_costs(text, f);
    if (f.smallest)
        text += fmt::format("\nThe smallest trace, found on the kernel itself ({}):\n{}",
                            model::printable(f.smallest_path), model::to_text(*f.smallest));
    return model::printable_lines(fmt::format("{}\n{}\n", text, findings_summary(f))); // notes quote the kernel
}

nlohmann::json findings_json(const Findings& f) {
    auto side = [](const Side& s) {
        return json{{"build_seconds", s.build_seconds},
                    {"play_seconds", s.play_seconds},
                    {"cached", s.cached},
                    {"boots", s.boots},
                    {"remembered", s.remembered}};
    };
    const Standing standing = standing_of(f);
    const std::string silent = why_silent(f);
    json document = {{"kernel",
                      {{"tree", f.tree},
                       {"version", f.version},
                       {"rules", f.rules},
                       {"remarks", f.remarks},
                       {"base", f.base},
                       {"patches", f.patches},
                       {"random", f.random},
                       {"seed", f.seed},
                       {"fixes", f.fixes},
                       {"not_in_the_guest", f.not_in_the_guest},
                       {"hangs", f.hangs},
                       {"verdict", standing == Standing::cannot_tell ? "unknown" : to_string(standing)},
                       {"reason", silent.empty() ? json(nullptr) : json(silent)},
                       {"strategy", f.strategy.empty() ? json(nullptr) : json(f.strategy)},
                       {"strategy_differs", f.strategy_differs},
                       {"reference", f.has_reference ? side(f.reference) : json(nullptr)},
                       {"candidate", side(f.candidate)},
                       {"smallest", f.smallest ? json{{"path", f.smallest_path}, {"trace", model::to_text(*f.smallest)}}
                                               : json(nullptr)},
                       {"traces", traces_json(f)},
                       {"effects", effects_json(f)},
                       {"cost", costs_json(f)}}}};
    if (!f.shard.all())
        document["kernel"]["share"] = {
            {"shard", to_text(f.shard)},
            {"regression",
             f.shortest ? json{{"lost", f.shortest->lost}, {"steps", f.shortest->steps}, {"number", f.shortest->number}}
                        : json(nullptr)}};
    return document;
}

} // namespace checker::inline report
