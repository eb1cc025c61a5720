// What `explore` found, with the certificate of each.
#include <fmt/format.h>

#include "checker/report/pages/pages.h"

namespace checker::inline report {

std::string minimality_page(const PageRequest& request) {
    std::string text =
        "When `explore` refutes a strategy, no shorter sequence of its scope does; when it does not, none of the scope "
        "does. A scope\n"
        "is only worth what is in it, and the model only what [../kernel-map.md](../kernel-map.md) says.\n";
    for (const SourceDocument& d : request.documents) {
        const nlohmann::json& e = d.json.at("explore");
        for (const nlohmann::json& search : e.at("searches")) {
            text += fmt::format("\n## {}\n\nItems laid out: {}. {} states, {} transitions, {} judged; {}.\n\n",
                                search.at("scope").get<std::string>(), search.at("layout").get<std::string>(),
                                grouped(search.at("states")), grouped(search.at("transitions")),
                                grouped(search.at("judged")),
                                search.at("exhausted").get<bool>() ? "exhausted" : "not exhausted");
            std::vector<std::vector<std::string>> depths;
            for (std::size_t i = 0; i < search.at("states_at").size(); ++i)
                depths.push_back({std::to_string(i), grouped(search["states_at"][i]),
                                  i < search.at("transitions_at").size() ? grouped(search["transitions_at"][i]) : ""});
            text += markdown_table({"operations", "states", "transitions"}, depths);
        }
        for (const nlohmann::json& s : e.at("strategies")) {
            text += fmt::format("\n### {}: {}\n\n{}\n", s.at("strategy").get<std::string>(),
                                s.at("found").get<std::string>(), s.at("statement").get<std::string>());
            for (const nlohmann::json& c : s.at("counterexamples")) {
                text += fmt::format("\nCause: {}\n\n", c.at("cause").get<std::string>());
                const std::string trace = c.at("trace").get<std::string>();
                for (std::size_t at = 0; at < trace.size();) { // as code
                    const std::size_t end = std::min(trace.find('\n', at), trace.size());
                    text += "    " + trace.substr(at, end - at) + "\n";
                    at = end + 1;
                }
            }
        }
    }
    return text;
}

} // namespace checker::inline report
