#include "checker/report/mend.h"

#include <fmt/format.h>

#include <cmath>

#include "checker/mend/edits.h"
#include "checker/report/text.h"
#include "model/text/printable.h"
#include "model/trace/trace.h"

namespace checker::inline report {
namespace {

using nlohmann::json;

std::string trace_of(const std::vector<model::Step>& steps) {
    model::Trace trace;
    trace.steps = steps;
    return model::to_text(trace);
}

json reached_json(const Reached& r, const std::map<std::string, std::uint64_t>& edits) {
    const auto lines = lines_of(r.set, edits);
    return {{"pieces", names_of(r.set)},
            {"mend", to_text(mends_of(r.set))},
            {"strategy", walk_of(r.set).name},
            {"runs", r.runs},
            {"operations", r.operations},
            {"scope", r.scope},
            {"states", r.states},
            {"all_asked", r.all_asked},
            {"visited_20000_vmas", r.price.visited_split},
            {"visited_10000_forks", r.price.visited_forked},
            {"visited_20000_vmas_one_lost", r.price.visited_lost},
            {"item_bytes", r.price.item_bytes},
            {"leads", r.price.leads},
            {"copies", r.price.copies},
            {"sharing", r.price.sharing},
            {"passes", r.price.passes},
            {"edit_lines", lines ? json(*lines) : json(nullptr)}};
}

json goal_json(const GoalReport& g, const std::map<std::string, std::uint64_t>& edits) {
    json frontier = json::array(), bounds = json::array(), found = json::array();
    for (const Reached& r : g.frontier) frontier.push_back(reached_json(r, edits));
    for (const LowerBound& b : g.bounds)
        bounds.push_back({{"without", names_of(b.without)},
                          {"name", b.shown_by.name},
                          {"operations", b.shown_by.steps.size()},
                          {"trace", trace_of(b.shown_by.steps)}});
    for (const TriedSequence& t : g.found)
        found.push_back({{"name", t.name}, {"operations", t.steps.size()}, {"trace", trace_of(t.steps)}});
    return {{"goal", name_of(g.goal)}, {"words", words_of(g.goal)}, {"sets", g.sets},   {"played", g.played},
            {"finished", g.finished},  {"frontier", frontier},      {"bounds", bounds}, {"found", found}};
}

std::string joined(const json& names) {
    std::string text;
    for (const json& name : names) text += (text.empty() ? "" : ", ") + name.get<std::string>();
    return text;
}

std::string fixed(double n) { return fmt::format("{:.2f}", std::abs(n) < 0.005 ? 0 : n); }

std::string goal_text(const json& g, const json& document) {
    std::string text = fmt::format("{}: {} minimal sets\n", g["words"].get<std::string>(), g["frontier"].size());
    if (!g["finished"]) text += "not finished: what is known by then\n";
    std::vector<std::vector<std::string>> rows{{"pieces", "20,000 VMAs", "10,000 forks", "one lost", "item", "leads",
                                                "copies", "sharing", "passes", "lines", "random operations", "states"}};
    for (const json& r : g["frontier"])
        rows.push_back({r["pieces"].empty() ? "none" : joined(r["pieces"]),
                        std::to_string(r["visited_20000_vmas"].get<std::uint64_t>()),
                        std::to_string(r["visited_10000_forks"].get<std::uint64_t>()),
                        std::to_string(r["visited_20000_vmas_one_lost"].get<std::uint64_t>()),
                        std::to_string(r["item_bytes"].get<std::uint64_t>()), fixed(r["leads"]), fixed(r["copies"]),
                        fixed(r["sharing"]), fixed(r["passes"]),
                        r["edit_lines"].is_null() ? "" : r["edit_lines"].dump(),
                        std::to_string(r["operations"].get<std::uint64_t>()),
                        std::to_string(r["states"].get<std::uint64_t>()) + (r["all_asked"] ? "" : " (not all)")});
    text += "\n" + table_text(rows);
    if (!g["bounds"].empty()) text += "\nNothing reaches it without one of:\n";
    for (const json& b : g["bounds"])
        text += fmt::format("  {}: {} ({} steps)\n", b["without"].empty() ? "anything" : joined(b["without"]),
                            model::printable(b["name"].get<std::string>()), b["operations"].get<std::uint64_t>());
    if (!g["found"].empty()) text += "\nFound by this search:\n";
    for (const json& f : g["found"])
        text += fmt::format("# {}\n{}", model::printable(f["name"].get<std::string>()), f["trace"].get<std::string>());
    return text +
           fmt::format("\n{} sets tried, {} sequences played\n", g["sets"].get<std::uint64_t>(),
                       g["played"].get<std::uint64_t>()) +
           (&g == &document["mend"]["goals"].back() ? "" : "\n");
}

} // namespace

json mend_json(const MendReport& report, const MendOptions& options,
               const std::map<std::string, std::uint64_t>& edits) {
    json goals = json::array(), pieces = json::array();
    for (const GoalReport& g : report.goals) goals.push_back(goal_json(g, edits));
    for (std::size_t n = 0; n < piece_count; ++n) {
        const auto at = edits.find(std::string(piece_name(n)));
        pieces.push_back({{"name", piece_name(n)},
                          {"idea", piece_idea(n)},
                          {"edit_lines", at == edits.end() ? json(nullptr) : json(at->second)}});
    }
    return {{"mend",
             {{"seed", options.seed},
              {"rules", model::describe(options.rules)},
              {"runs", options.runs},
              {"set", options.set ? json(names_of(*options.set)) : json(nullptr)},
              {"depth", options.depth},
              {"corpora", report.corpora},
              {"seconds", report.seconds},
              {"interrupted", report.interrupted},
              {"pieces", pieces},
              {"goals", goals}}}};
}

std::string mend_text(const json& document) {
    const json& m = document["mend"];
    std::string text;
    for (const json& g : m["goals"]) text += goal_text(g, document);
    return text +
           fmt::format(
               "\nrules of {}; seed {}, {} random sequences and every sequence of {} operations for each set; {} "
               "traces; {:.0f} s\n"
               "VMAs, forks: VMAs that one walk takes from trees. one lost: the same with 20,000 VMAs, where ksmd "
               "came by while one of two entries was swapped out. item: bytes of an rmap_item. leads: items that stay "
               "as "
               "leads, for each that is listed.\n"
               "copies: pages that only a piece copies, for 1,000 random operations. sharing: entries that map "
               "KSM pages when nothing changes any more, for each that does on the kernel as it is.\npasses: full "
               "scans until "
               "nothing changes, beyond those of the kernel as it is. lines: of the edit\n",
               m["rules"].get<std::string>(), m["seed"].get<std::uint64_t>(), m["runs"].get<std::uint64_t>(),
               m["depth"].get<std::uint64_t>(), m["corpora"].get<std::uint64_t>(), m["seconds"].get<double>());
}

} // namespace checker::inline report
