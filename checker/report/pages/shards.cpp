// What the shares of campaigns and searches gave, and that together they are the whole.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "checker/report/pages/pages.h"
#include "checker/shares/merge_explored.h"

namespace checker::inline report {
namespace {

using nlohmann::json;

std::uint64_t number_in(const json& document, const char* member) { return document.at(member); }

std::string seconds_in(const json& document) { return fmt::format("{:.1f}", document.at("seconds").get<double>()); }

// Without what depends on who did the work.
json but_for_costs(json document) {
    for (const char* cost : {"seconds", "pages"}) document.erase(cost);
    for (const char* list : {"disagreements", "security"})
        for (json& row : document.at(list))
            for (const char* cost : {"tries", "seconds", "saved", "page"}) row.erase(cost);
    return document;
}

std::vector<std::string> campaign_row(const std::string& name, const json& d, std::set<std::string>& known) {
    std::size_t fresh = 0;
    for (const json& row : d.at("disagreements"))
        fresh += known.insert(row.at("strategy").get<std::string>() + " " + row.at("cause").get<std::string>()).second;
    return {name,          grouped(number_in(d, "runs")),         grouped(number_in(d, "operations")),
            seconds_in(d), grouped(d.at("disagreements").size()), grouped(fresh)};
}

std::string campaign_text(const std::vector<ShardDocument>& shares, const json* one) {
    const json whole = merged(shares);
    std::string text = fmt::format("\n## check, seed {}\n\n", whole.at("seed").dump());
    std::vector<std::vector<std::string>> rows;
    std::set<std::string> known;
    for (const ShardDocument& d : shares)
        rows.push_back(campaign_row(d.json.at("shard").get<std::string>(), d.json, known));
    rows.push_back(campaign_row("together", whole, known));
    if (one) rows.push_back(campaign_row("as one run", *one, known));
    text += markdown_table({"share", "sequences", "operations", "seconds", "causes", "of these new"}, rows);
    if (one)
        text += but_for_costs(whole) == but_for_costs(*one)
                    ? "\nTogether they say what the one run says, but for what it cost.\n"
                    : "\nTogether they do not say what the one run says.\n";
    return text;
}

// The searches of a document, added up.
std::vector<std::string> search_row(const std::string& name, const json& d) {
    std::uint64_t states = 0, transitions = 0, refuted = 0;
    double seconds = 0;
    for (const json& s : d.at("explore").at("searches")) {
        states += number_in(s, "states");
        transitions += number_in(s, "transitions");
        seconds += s.at("seconds").get<double>();
    }
    for (const json& row : d.at("explore").at("strategies")) refuted += row.at("found") == "refuted";
    return {name, grouped(states), grouped(transitions), fmt::format("{:.1f}", seconds), grouped(refuted)};
}

std::string search_text(const std::vector<ShardDocument>& shares, const json* one) {
    const json whole = merged_explored(shares);
    std::string text = "\n## explore\n";
    for (const json& s : whole.at("explore").at("searches"))
        text +=
            fmt::format("\n* {}; rmap_items: {}", s.at("scope").get<std::string>(), s.at("layout").get<std::string>());
    text += "\n\n";
    std::vector<std::vector<std::string>> rows;
    for (const ShardDocument& d : shares)
        rows.push_back(search_row(d.json.at("explore").at("share").at("shard").get<std::string>(), d.json));
    rows.push_back(search_row("together", whole));
    if (one) rows.push_back(search_row("as one search", *one));
    text += markdown_table({"share", "states", "transitions", "seconds", "strategies refuted"}, rows);
    if (!one) return text;
    json a = whole, b = *one;
    for (json* d : {&a, &b})
        for (json& s : d->at("explore").at("searches"))
            for (const char* cost : {"seconds", "bytes", "bytes_on_disk"}) s.erase(cost);
    return text + (a == b ? "\nTogether they say what the one search says, but for what it cost.\n"
                          : "\nTogether they do not say what the one search says.\n");
}

} // namespace

std::string shards_page(const PageRequest& request) {
    std::string text =
        "Each share as a process of its own; a state or a cause that several shares met counts in each of them. Where "
        "a "
        "document\nof the whole is among those that this page is made from, it is held against what `merge` makes of "
        "the "
        "shares.\n";
    std::vector<ShardDocument> campaign, search;
    const json *one_campaign = nullptr, *one_search = nullptr;
    for (const SourceDocument& d : request.documents) {
        if (is_explored(d.json) && d.json.at("explore").contains("share"))
            search.push_back({d.path, d.json});
        else if (is_explored(d.json))
            one_search = &d.json;
        else if (d.json.contains("shard"))
            campaign.push_back({d.path, d.json});
        else
            one_campaign = &d.json;
    }
    if (!campaign.empty()) text += campaign_text(campaign, one_campaign);
    if (!search.empty()) text += search_text(search, one_search);
    return text;
}

} // namespace checker::inline report
