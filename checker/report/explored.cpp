#include "checker/report/explored.h"

#include <algorithm>

#include <fmt/format.h>

#include "model/trace/trace.h"

namespace checker::inline report {
namespace {

using nlohmann::json;

json search_json(const ExploreReport& r) {
    return {{"layout", r.layout.name},
            {"scope", scope::to_text(r.scope)},
            {"exhausted", r.end == End::exhausted},
            {"complete", r.complete},
            {"states", r.states},
            {"transitions", r.transitions},
            {"states_at", r.states_at},
            {"transitions_at", r.transitions_at},
            {"judged", r.judged},
            {"seconds", r.seconds},
            {"bytes", r.bytes},
            {"bytes_on_disk", r.bytes_on_disk},
            {"collision_probability", r.collisions()}};
}

json security_json(const std::vector<ExploreReport>& reports) {
    json security = json::array();
    for (const ExploreReport& r : reports)
        for (const ExploredSecurity& s : r.security)
            security.push_back({{"strategy", s.cause.strategy->name},
                                {"cause", to_text(s.cause)},
                                {"operations", s.operations},
                                {"trace", model::to_text(s.trace)}});
    return security;
}

// One string of 32 hexadecimal digits for each state.
std::string hex_of(const std::vector<StateName>& states) {
    std::string text;
    text.reserve(states.size() * 32);
    for (const StateName& s : states) fmt::format_to(std::back_inserter(text), "{:016x}{:016x}", s[0], s[1]);
    return text;
}

json share_json(const std::vector<ExploreReport>& reports, const std::vector<ScopeAnswer>& answers,
                const ExploreRequest& request) {
    json searches = json::array(), places = json::array(), security = json::array();
    for (const ExploreReport& r : reports) {
        json names = json::array(), found = json::array();
        for (const Strategy* s : r.strategies) names.push_back(s->name);
        for (const ExploredSecurity& s : r.security) found.push_back({s.place, hex_of({s.state})});
        security.push_back(found);
        searches.push_back({{"strategies", names}, {"states", r.shared ? json(hex_of(r.met_last)) : json(nullptr)}});
    }
    for (const ScopeAnswer& a : answers) {
        json found = json::array();
        for (const Counterexample* c : a.counterexamples) found.push_back(c->place);
        places.push_back(found);
    }
    return {{"shard", to_text(request.shard)},
            {"candidate", request.candidate},
            {"all", request.all},
            {"settles", request.settles},
            {"searches", searches},
            {"places", places},
            {"security", security}};
}

} // namespace

std::string_view word(InScope f) {
    return f == InScope::none ? "none in scope" : f == InScope::refuted ? "refuted" : "could not tell";
}

std::vector<ScopeAnswer> answers_of(const std::vector<ExploreReport>& reports) {
    std::vector<ScopeAnswer> answers;
    for (const ExploreReport& r : reports)
        for (const Strategy* s : r.strategies) {
            ScopeAnswer a{s, &r, in_scope(r, s), {}, {}, {}};
            for (const Counterexample& c : r.counterexamples)
                if (c.strategy == s) a.counterexamples.push_back(&c);
            answers.push_back(std::move(a));
        }
    std::ranges::sort(answers, {}, &ScopeAnswer::strategy); // the catalogue is an array
    return answers;
}

std::string certified(const ScopeAnswer& a, const Counterexample& c) {
    std::string text = model::to_text(c.trace);
    const std::size_t first_line = text.find('\n') + 1;
    text.insert(first_line, "# Why: " + statement(*a.report, c) + "\n");
    return text;
}

json explore_json(const std::vector<ExploreReport>& reports, const std::vector<ScopeAnswer>& answers,
                  const ExploreRequest& request) {
    json searches = json::array(), rows = json::array();
    for (const ExploreReport& r : reports) searches.push_back(search_json(r));
    for (const ScopeAnswer& a : answers) {
        json found = json::array();
        for (const Counterexample* c : a.counterexamples)
            found.push_back({{"operations", c->operations},
                             {"cause", to_text(c->cause)},
                             {"trace", certified(a, *c)},
                             {"states", c->states},
                             {"transitions", c->transitions}});
        const bool of_share = a.found == InScope::none && a.report->shared;
        rows.push_back({{"strategy", a.strategy->name},
                        {"found", of_share ? "none in share" : word(a.found)},
                        {"statement", (of_share ? "in this share: " : "") + statement(*a.report, a.strategy)},
                        {"counterexamples", found},
                        {"saved", a.saved}});
        if (!a.pages.empty()) rows.back()["pages"] = a.pages;
    }
    json explore{{"searches", searches}, {"strategies", rows}, {"security", security_json(reports)}};
    if (!request.shard.all()) explore["share"] = share_json(reports, answers, request);
    return {{"explore", explore}};
}

} // namespace checker::inline report
