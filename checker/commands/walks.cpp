#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "checker/commands/verb.h"
#include "checker/report/json.h"

namespace checker::inline commands {
namespace {

int list_walks(const Shared& shared) {
    std::vector<const Strategy*> chosen = chosen_strategies(shared);
    if (chosen.empty()) chosen = all_of(every_strategy());
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
        fmt::print("{}\n", json_text(nlohmann::json{{"walks", list}}));
        return exit_agreement;
    }
    for (const Strategy* s : chosen)
        if (shared.quiet)
            fmt::print("{}\n", s->name);
        else
            fmt::print("{}\n  idea    {}\n  from    {}\n  claim   {}\n  known   {}\n", s->name, s->idea, s->origin,
                       to_string(s->claim), s->known);
    return exit_agreement;
}

} // namespace

std::function<int()> setup_walks(CommandLine&, const Shared& shared) {
    return [&shared] { return list_walks(shared); };
}

} // namespace checker::inline commands
