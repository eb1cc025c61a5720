// What `gate --kernel` said of candidates: one table for each kernel, and the entries that are lost in each trace.
#include <fmt/format.h>

#include <filesystem>
#include <map>

#include "checker/report/pages/pages.h"

namespace checker::inline report {
namespace {

std::string names_of(const nlohmann::json& patches) {
    std::string text;
    for (const nlohmann::json& p : patches)
        text +=
            fmt::format("{}`{}`", text.empty() ? "" : " ", std::filesystem::path(p.get<std::string>()).stem().string());
    return text.empty() ? "as it is" : text;
}

struct LossCounts {
    std::size_t traces = 0, entries = 0, heals = 0, stays = 0, failed = 0, judged = 0, own_misses = 0, off_model = 0;
};

LossCounts counts_of(const nlohmann::json& traces) {
    LossCounts c;
    for (const nlohmann::json& t : traces) {
        c.judged += t.at("not_judged").is_null();
        c.traces += !t.at("lost").empty();
        c.entries += t["lost"].size();
        for (const nlohmann::json& l : t["lost"]) {
            c.heals += l.at("lifetime") == "heals";
            c.stays += l.at("lifetime") == "stays";
        }
        c.failed += t.at("failed").size();
        c.own_misses += !t.at("own_misses").empty();
        c.off_model += !t.at("off_model").empty() || !t.at("differences").empty();
    }
    return c;
}

std::vector<std::string> row_of(const nlohmann::json& k) {
    const LossCounts c = counts_of(k.at("traces"));
    return {names_of(k.at("patches")),
            k.at("verdict").get<std::string>(),
            std::to_string(c.judged),
            std::to_string(c.traces),
            std::to_string(c.entries),
            std::to_string(c.heals),
            std::to_string(c.stays),
            std::to_string(c.failed),
            std::to_string(c.own_misses),
            std::to_string(c.off_model),
            k.at("strategy").is_null()
                ? ""
                : fmt::format("{}; {} differ", k["strategy"].get<std::string>(), k.at("strategy_differs").size())};
}

// Each trace that loses something, with what follows from it.
std::string losses_of(const nlohmann::json& k) {
    std::vector<std::vector<std::string>> rows;
    for (const nlohmann::json& t : k.at("traces")) {
        if (t.at("lost").empty() && t.at("failed").empty() && t.at("complaints").empty()) continue;
        std::string lost, lasts, follows;
        for (const nlohmann::json& l : t["lost"]) {
            lost += fmt::format("{}{}:{:#x}", lost.empty() ? "" : " ", l.at("pid").get<int>(),
                                l.at("address").get<std::uint64_t>());
            lasts += fmt::format("{}{}", lasts.empty() ? "" : " ", l.at("lifetime").get<std::string>());
        }
        for (const char* what : {"failed", "complaints"})
            for (const nlohmann::json& line : t.at(what))
                follows += (follows.empty() ? "" : "; ") + line.get<std::string>();
        rows.push_back({fmt::format("`{}`", std::filesystem::path(t.at("trace").get<std::string>()).stem().string()),
                        lost, lasts, follows});
    }
    return rows.empty() ? "" : markdown_table({"trace", "loses", "lasts", "and"}, rows);
}

} // namespace

std::string patches_page(const PageRequest& request) {
    std::string text =
        "*Judged*: traces that the guest played. *Traces*, *entries*: in which an entry is lost that the reference "
        "finds, and how\n"
        "many. *Failed*: reclaims and migrations that fail where the reference's do not. *Own misses*: traces in which "
        "the reference\n"
        "itself misses an entry. *Off the model*: traces on which kernel and model differ. How it is observed is in\n"
        "[../guide.md](../guide.md).\n";
    std::map<std::string, std::vector<const nlohmann::json*>> by_kernel;
    for (const SourceDocument& d : request.documents)
        by_kernel[d.json.at("kernel").at("version").get<std::string>()].push_back(&d.json["kernel"]);
    for (const auto& [version, candidates] : by_kernel) {
        std::vector<std::vector<std::string>> rows;
        for (const nlohmann::json* k : candidates) rows.push_back(row_of(*k));
        text += fmt::format("\n## Linux {}, model's rules of {}\n\n", version,
                            candidates.front()->at("rules").get<std::string>());
        text += markdown_table({"candidate", "verdict", "judged", "traces", "entries", "heal", "stay", "failed",
                                "own misses", "off the model", "strategy of the model"},
                               rows);
        for (const nlohmann::json* k : candidates)
            if (const std::string losses = losses_of(*k); !losses.empty())
                text += fmt::format("\n### {}: {}\n\n{}", version, names_of(k->at("patches")), losses);
    }
    return text;
}

} // namespace checker::inline report
