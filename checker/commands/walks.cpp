#include <fmt/format.h>

#include <memory>

#include <nlohmann/json.hpp>

#include "checker/commands/verb.h"
#include "checker/judge/growth.h"
#include "checker/report/json.h"
#include "checker/report/text.h"

namespace checker::inline commands {
namespace {

struct WalksArguments {
    bool growth = false;
};

constexpr std::uint64_t sizes[] = {10, 100, 1000, 10'000, 50'000}; // VMAs

nlohmann::json growth_json(const std::vector<Growth>& growth) {
    nlohmann::json rows = nlohmann::json::array();
    for (const Growth& g : growth)
        rows.push_back({{"strategy", g.strategy->name},
                        {"vmas", g.vmas},
                        {"visited", g.visited},
                        {"found", g.found},
                        {"nanoseconds", g.nanoseconds}});
    return rows;
}

// One line for each strategy: VMAs visited and time, by size.
std::string growth_text(const std::vector<Growth>& growth) {
    std::vector<std::vector<std::string>> rows{{"strategy"}};
    for (const std::uint64_t vmas : sizes) rows.front().push_back(fmt::format("{} VMAs", vmas));
    for (const Growth& g : growth) {
        if (g.strategy->name != rows.back().front()) rows.push_back({std::string(g.strategy->name)});
        rows.back().push_back(fmt::format("{} in {:.2f} us", g.visited, g.nanoseconds / 1000));
    }
    return "VMAs that one walk visits, and its time:\n" + table_text(rows);
}

int list_walks(const Shared& shared, const WalksArguments& options) {
    std::vector<const Strategy*> chosen = chosen_strategies(shared);
    if (chosen.empty()) chosen = all_of(every_strategy());
    std::vector<Growth> growth;
    if (options.growth) {
        std::vector<const Strategy*> of_ksm = chosen;
        std::erase_if(of_ksm, [](const Strategy* s) { return s->kind != &ksm; });
        if (of_ksm.empty())
            throw model::BadInput("--growth: of walks of KSM pages, and none is asked for", "--strategy naive");
        growth = measure_growth(of_ksm, sizes);
    }
    if (shared.json) {
        nlohmann::json list = nlohmann::json::array();
        for (const Strategy* s : chosen) {
            nlohmann::json asks = nlohmann::json::array();
            for (const Ask& ask : s->asks) asks.push_back(ask.words);
            list.push_back({{"name", s->name},
                            {"kind", s->kind->name},
                            {"idea", s->idea},
                            {"origin", s->origin},
                            {"claim", to_string(s->claim)},
                            {"known", s->known},
                            {"stores", s->stored.words},
                            {"asks", std::move(asks)},
                            {"layout", s->layout ? nlohmann::json(s->layout->name) : nullptr},
                            {"theorem", s->theorem.empty() ? nullptr : nlohmann::json(s->theorem)}});
        }
        nlohmann::json document{{"walks", list}};
        if (options.growth) document["growth"] = growth_json(growth);
        fmt::print("{}\n", json_text(document));
        return exit_agreement;
    }
    for (const Strategy* s : chosen)
        if (shared.quiet)
            fmt::print("{}\n", s->name);
        else
            fmt::print("{}\n  idea    {}\n  from    {}\n  claim   {}\n  known   {}\n", s->name, s->idea, s->origin,
                       to_string(s->claim), s->known);
    if (options.growth) fmt::print("\n{}", growth_text(growth));
    return exit_agreement;
}

} // namespace

std::function<int()> setup_walks(CommandLine& line, const Shared& shared) {
    auto options = std::make_shared<WalksArguments>();
    line.flag("--growth", options->growth, "measure what one walk costs, by the VMAs of an anon_vma");
    return [options, &shared] { return list_walks(shared, *options); };
}

} // namespace checker::inline commands
