// The frontier of mends: which minimal sets of pieces reach which goal, what each costs, and what none can do without.
#include <fmt/format.h>

#include <cmath>

#include "checker/report/pages/pages.h"

namespace checker::inline report {
namespace {

using nlohmann::json;

std::string code(const json& names) {
    std::string text;
    for (const json& name : names) text += fmt::format("{}`{}`", text.empty() ? "" : ", ", name.get<std::string>());
    return text.empty() ? "none" : text;
}

std::string number(const json& n) { return grouped(n.get<std::uint64_t>()); }
std::string fixed(const json& n) {
    const auto value = n.get<double>();
    return fmt::format("{:.2f}", std::abs(value) < 0.005 ? 0 : value);
}

// The theorem by which a set is proved to reach a goal, of documents that hold theorems; empty: none is. Who finds
// every entry loses nothing that naive finds.
std::string proved_by(const PageRequest& request, const json& pieces, const std::string& goal) {
    for (const SourceDocument& d : request.documents) {
        if (!d.json.contains("theorems")) continue;
        for (const json& t : d.json["theorems"])
            for (const json& m : t["mends"])
                if (t["answer"] == "proved" && m["pieces"] == pieces && (m["goal"] == goal || m["goal"] == "exact"))
                    return "`" + t["name"].get<std::string>() + "`";
    }
    return "";
}

std::string goal(const PageRequest& request, const json& g, std::size_t pieces) {
    std::string text =
        fmt::format("\n## A set that {}: {} minimal ones\n\n", g["words"].get<std::string>(), g["frontier"].size());
    if (!g["finished"]) text += "*Not finished: what was known when time was up.*\n\n";
    std::vector<std::vector<std::string>> rows;
    for (const json& r : g["frontier"])
        rows.push_back({code(r["pieces"]), number(r["visited_20000_vmas"]), number(r["visited_10000_forks"]),
                        number(r["visited_20000_vmas_one_lost"]), number(r["item_bytes"]), fixed(r["leads"]),
                        fixed(r["copies"]), fixed(r["sharing"]), fixed(r["passes"]),
                        r["edit_lines"].is_null() ? "" : number(r["edit_lines"]), number(r["operations"]),
                        number(r["states"]) + (r["all_asked"] ? "" : " (not all)"),
                        proved_by(request, r["pieces"], g["goal"])});
    text += markdown_table({"pieces", "20,000 VMAs", "10,000 forks", "one lost", "item", "leads", "copies", "sharing",
                            "passes", "lines", "random operations", "states", "proved"},
                           rows);
    text +=
        "\nNo set reaches it without one of these. The shortest sequence known on which the set of all other pieces "
        "loses an entry:\n\n";
    rows.clear();
    for (const json& b : g["bounds"])
        rows.push_back({code(b["without"]), b["name"].get<std::string>(), number(b["operations"])});
    text += markdown_table({"one of", "shown by", "steps"}, rows);
    for (const json& f : g["found"])
        text += fmt::format("\n{}:\n\n```text\n{}```\n", f["name"].get<std::string>(), f["trace"].get<std::string>());
    return text + fmt::format("\n{} of 2^{} sets were tried, with {} sequences.\n", number(g["sets"]), pieces,
                              number(g["played"]));
}

// Sets that were tried alone, and for longer.
std::string campaigns(const PageRequest& request) {
    std::vector<std::vector<std::string>> rows;
    for (const SourceDocument& d : request.documents) {
        if (!d.json.contains("mend") || d.json["mend"]["set"].is_null()) continue;
        const json& m = d.json["mend"];
        for (const json& g : m["goals"]) {
            const std::string proved = proved_by(request, m["set"], g["goal"]);
            std::vector<std::string> row{code(m["set"]), g["words"].get<std::string>(), number(m["seed"])};
            if (g["frontier"].empty())
                row.insert(row.end(), {"it does not", "", "", proved});
            else
                for (const json& r : g["frontier"])
                    row.insert(row.end(), {number(r["runs"]), number(r["operations"]), number(r["states"]), proved});
            rows.push_back(row);
        }
    }
    if (rows.empty()) return "";
    return "\n## Tried for longer\n\nOne set each, by `rmapcheck mend --set`; nothing was lost, unless it says "
           "so.\n\n" +
           markdown_table({"pieces", "goal", "seed", "random sequences", "random operations", "states", "proved"},
                          rows);
}

} // namespace

std::string mend_page(const PageRequest& request) {
    std::string text =
        "Which pieces, together, mend `rmap_walk_ksm()` of 7.3. A *minimal* set is one of which no part does it. Each "
        "set was\ntried against the corpora, random sequences with operations in flight, and every sequence of a small "
        "scope.\n\n*VMAs*: that one walk takes from interval trees, with 20,000 VMAs on one anon_vma, and with 10,000 "
        "children that have\nthe page. *One lost*: the same with 20,000 VMAs, where ksmd came by while one of two "
        "entries was swapped out; 0 where\nnothing is shared any more. *Item*: bytes of an rmap_item. *Leads*: items "
        "that stay as leads, for each that "
        "is listed. *Copies*: pages\nthat only a piece copies, for 1,000 random operations. *Sharing*: entries that "
        "map KSM "
        "pages when nothing changes any\nmore, for each that does on the kernel as it is. *Passes*: full scans until "
        "nothing changes, beyond those of the\nkernel as it is. *Lines*: that the patches of `corpora/patches/mend` "
        "add and take away. *Proved*: the theorem of\n`rmapcheck prove` that says so of every operation; where none "
        "does, docs/walks.md says why.\n";
    for (const SourceDocument& d : request.documents) {
        if (!d.json.contains("mend") || !d.json["mend"]["set"].is_null()) continue;
        const json& m = d.json["mend"];
        text += fmt::format(
            "\nRules of {}; seed {}; {} traces; {} random sequences and every sequence of {} operations "
            "for each set.\n",
            m["rules"].get<std::string>(), m["seed"].get<std::uint64_t>(), number(m["corpora"]), number(m["runs"]),
            number(m["depth"]));
        text += "\n## The pieces\n\n";
        std::vector<std::vector<std::string>> rows;
        for (const json& p : m["pieces"])
            rows.push_back({"`" + p["name"].get<std::string>() + "`", p["idea"].get<std::string>(),
                            p["edit_lines"].is_null() ? "" : number(p["edit_lines"])});
        text += markdown_table({"piece", "idea", "lines"}, rows);
        for (const json& g : m["goals"]) text += goal(request, g, m["pieces"].size());
    }
    return text + campaigns(request);
}

} // namespace checker::inline report
