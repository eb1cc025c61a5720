// Pages that are pictures: numbers of documents, over each other.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "checker/report/pages/pages.h"
#include "checker/report/plot.h"

namespace checker::inline report {
namespace {

using nlohmann::json;

std::string growth_plot(const PageRequest& request, const char* member, double unit, Plot plot) {
    plot.x = {"VMAs of the anon_vma", true};
    plot.y.logarithmic = true;
    for (const SourceDocument& d : request.documents) {
        std::map<std::string, std::size_t> line_of;
        for (const json& g : d.json.at("growth")) {
            const std::string name = g.at("strategy");
            const auto [at, fresh] = line_of.try_emplace(name, plot.lines.size());
            if (fresh) plot.lines.push_back({name, {}});
            plot.lines[at->second].points.emplace_back(g.at("vmas").get<double>(), g.at(member).get<double>() / unit);
        }
    }
    return svg(plot);
}

// The operations that a scope names, in parentheses; not more than there is room for.
std::string operations_in(const std::string& scope) {
    const std::size_t begin = scope.find('(') + 1, end = std::min(scope.find(')', begin), scope.size());
    constexpr std::size_t most = 70;
    return end - begin > most ? scope.substr(begin, most) + "…" : scope.substr(begin, end - begin);
}

} // namespace

std::string walk_visits_page(const PageRequest& request) {
    return growth_plot(request, "visited", 1, {"VMAs that one walk of a KSM page visits", {}, {"VMAs visited"}, {}});
}

std::string walk_time_page(const PageRequest& request) {
    return growth_plot(request, "nanoseconds", 1000,
                       {"Time of one walk of a KSM page with two mappings", {}, {"µs, in the model"}, {}});
}

std::string states_page(const PageRequest& request) {
    Plot plot{"States first met after so many operations", {"operations"}, {"states", true}, {}};
    for (const SourceDocument& d : request.documents)
        for (const json& search : d.json.at("explore").at("searches")) {
            PlotLine line{fmt::format("rmap_items: {}; {}", search.at("layout").get<std::string>(),
                                      operations_in(search.at("scope"))),
                          {}};
            for (std::size_t depth = 0; depth < search.at("states_at").size(); ++depth)
                line.points.emplace_back(static_cast<double>(depth), search.at("states_at").at(depth).get<double>());
            plot.lines.push_back(std::move(line));
        }
    return svg(plot);
}

std::string causes_page(const PageRequest& request) {
    Plot plot{"Distinct causes of losses that a campaign has met", {"seconds"}, {"causes"}, {}};
    for (const SourceDocument& d : request.documents) {
        std::vector<double> met;
        for (const json& row : d.json.at("disagreements")) met.push_back(row.at("seconds"));
        std::ranges::sort(met);
        PlotLine line{fmt::format("seed {}", d.json.at("seed").dump()), {{0, 0}}, true};
        for (std::size_t n = 0; n < met.size(); ++n) line.points.emplace_back(met[n], static_cast<double>(n + 1));
        line.points.emplace_back(d.json.at("seconds").get<double>(), static_cast<double>(met.size()));
        plot.lines.push_back(std::move(line));
    }
    return svg(plot);
}

} // namespace checker::inline report
