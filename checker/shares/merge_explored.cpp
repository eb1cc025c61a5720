#include "checker/shares/merge_explored.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <optional>
#include <set>

#include <fmt/format.h>

#include "checker/search/scope/explore.h"
#include "model/fail.h"

namespace checker::inline shares {
namespace {

using nlohmann::json;

const json& explore_of(const ShardDocument& d) { return d.json.at("explore"); }
const json& share_of(const ShardDocument& d) { return explore_of(d).at("share"); }

std::vector<StateName> states_in(const std::string& hex) {
    std::vector<StateName> states(hex.size() / 32);
    const char* at = hex.data();
    for (StateName& s : states)
        for (std::uint64_t& word : s) {
            std::from_chars(at, at + 16, word, 16);
            at += 16;
        }
    return states;
}

// The states of the last level that any share met; nothing if the search ended before it.
std::optional<std::uint64_t> last_level(const std::vector<ShardDocument>& shares, std::size_t search) {
    std::vector<StateName> all;
    for (const ShardDocument& d : shares) {
        const json& hex = share_of(d).at("searches").at(search).at("states");
        if (hex.is_null()) return {};
        const std::vector<StateName> some = states_in(hex);
        std::vector<StateName> both;
        std::ranges::set_union(all, some, std::back_inserter(both));
        all = std::move(both);
    }
    return all.size();
}

// A search that goes on until everything is refuted ends there, and does not say that it has seen the whole scope.
bool is_settled(const json& share, const json& search, const json& rows) {
    if (!share.at("settles").get<bool>()) return false;
    for (const json& name : search.at("strategies")) {
        const Strategy* s = find_strategy(std::string(name));
        const auto row = std::ranges::find_if(rows, [&](const json& r) { return r.at("strategy") == name; });
        if (s && (!is_reference(*s) || s->claim == Claim::exact) && row->at("counterexamples").empty()) return false;
    }
    return true;
}

json merged_search(const std::vector<ShardDocument>& shares, std::size_t n, const json& rows) {
    json all = explore_of(shares.front()).at("searches").at(n);
    for (std::size_t i = 1; i < shares.size(); ++i)
        for (const char* cost : {"seconds", "bytes", "bytes_on_disk"}) {
            const json& more = explore_of(shares[i]).at("searches").at(n).at(cost);
            all[cost] = all[cost].is_number_float() ? json(all[cost].get<double>() + more.get<double>())
                                                    : json(all[cost].get<std::uint64_t>() + more.get<std::uint64_t>());
        }
    const std::optional<std::uint64_t> met = last_level(shares, n);
    if (!met) return all; // no level was shared
    std::uint64_t played = 0;
    for (const ShardDocument& d : shares)
        played += explore_of(d).at("searches").at(n).at("transitions_at").back().get<std::uint64_t>();
    const std::uint64_t own_met = all["states_at"].back(), own_played = all["transitions_at"].back();
    for (const char* count : {"states", "judged"}) all[count] = all[count].get<std::uint64_t>() - own_met + *met;
    all["transitions"] = all["transitions"].get<std::uint64_t>() - own_played + played;
    all["states_at"].back() = *met;
    all["transitions_at"].back() = played;
    all["collision_probability"] = collisions_among(all["states"]);
    all["exhausted"] = !is_settled(share_of(shares.front()), share_of(shares.front()).at("searches").at(n), rows);
    return all;
}

// What shares found under one heading: at which place, and the row of its document.
struct Sighted {
    std::uint64_t place = 0;
    json row;
    std::string saved{}, page{}, state{};
};

// The first of each cause, or the first.
std::vector<Sighted> least(std::vector<Sighted> all, bool of_each_cause) {
    std::ranges::stable_sort(all, {}, &Sighted::place);
    std::set<std::string> causes;
    std::vector<Sighted> first;
    for (Sighted& s : all)
        if (causes.insert(s.row.at("cause")).second && (of_each_cause || first.empty())) first.push_back(std::move(s));
    return first;
}

std::string nth_of(const json& row, const char* list, std::size_t n) {
    return row.contains(list) && n < row.at(list).size() ? std::string(row.at(list).at(n)) : "";
}

// But for its statement, which needs the counts of the whole.
json merged_row(const std::vector<ShardDocument>& shares, std::size_t n) {
    std::vector<Sighted> all;
    for (const ShardDocument& d : shares) {
        const json& row = explore_of(d).at("strategies").at(n);
        for (std::size_t c = 0; c < row.at("counterexamples").size(); ++c)
            all.push_back({share_of(d).at("places").at(n).at(c), row.at("counterexamples").at(c),
                           nth_of(row, "saved", c), nth_of(row, "pages", c)});
    }
    json row = explore_of(shares.front()).at("strategies").at(n);
    row["counterexamples"] = row["saved"] = json::array();
    row.erase("pages");
    for (Sighted& s : least(std::move(all), share_of(shares.front()).at("all"))) {
        row["counterexamples"].push_back(std::move(s.row));
        if (!s.saved.empty()) row["saved"].push_back(s.saved);
        if (!s.page.empty()) row["pages"].push_back(s.page);
    }
    row["found"] = row["counterexamples"].empty() ? "none in scope" : "refuted";
    return row;
}

json merged_security(const std::vector<ShardDocument>& shares) {
    json security = json::array();
    const std::size_t searches = explore_of(shares.front()).at("searches").size();
    for (std::size_t n = 0; n < searches; ++n) {
        std::vector<Sighted> all;
        std::map<std::string, std::uint64_t> least_way; // by state
        for (const ShardDocument& d : shares) {
            std::size_t at = 0; // rows of the searches before
            for (std::size_t before = 0; before < n; ++before) at += share_of(d).at("security").at(before).size();
            for (const json& placed : share_of(d).at("security").at(n)) {
                all.push_back({placed.at(0), explore_of(d).at("security").at(at++), {}, {}, placed.at(1)});
                std::uint64_t& way = least_way.try_emplace(all.back().state, all.back().place).first->second;
                way = std::min(way, all.back().place);
            }
        }
        std::erase_if(all, [&](const Sighted& s) { return s.place != least_way.at(s.state); });
        for (Sighted& s : least(std::move(all), true)) security.push_back(std::move(s.row));
    }
    return security;
}

// The sentence on a row, of the search that its strategy was in.
std::string statement_on(const json& row, const json& searches, const json& share) {
    const Strategy* s = find_strategy(std::string(row.at("strategy")));
    if (!s) throw model::BadInput(fmt::format("a strategy that is not known here: {}", row.at("strategy").dump()));
    std::size_t n = 0;
    while (std::ranges::find(share.at("searches").at(n).at("strategies"), row.at("strategy")) ==
           share.at("searches").at(n).at("strategies").end())
        ++n;
    const json& search = searches.at(n);
    const std::string scope = search.at("scope");
    if (row.at("counterexamples").empty())
        return statement_of_none(scope, *s, search.at("states"), search.at("transitions"));
    // The certificate of the first is the first remark of its trace.
    const std::string trace = row.at("counterexamples").front().at("trace");
    constexpr std::string_view why = "# Why: ";
    const std::size_t begin = trace.find(why) + why.size();
    return trace.substr(begin, trace.find('\n', begin) - begin);
}

// All shares of one search, each once, each finished.
void require_whole(const std::vector<ShardDocument>& shares) {
    const ShardDocument& first = shares.front();
    for (const ShardDocument& d : shares) {
        if (!is_explored(d.json) || !explore_of(d).contains("share"))
            throw model::BadInput("not the document of a share", "what `explore --shard I/N --json` printed",
                                  {d.path, 1, 1});
        bool same = explore_of(d).at("searches").size() == explore_of(first).at("searches").size();
        for (std::size_t n = 0; same && n < explore_of(d).at("searches").size(); ++n) {
            same = explore_of(d).at("searches").at(n).at("scope") == explore_of(first).at("searches").at(n).at("scope");
            same = same && share_of(d).at("searches").at(n).at("strategies") ==
                               share_of(first).at("searches").at(n).at("strategies");
        }
        if (!same || share_of(d).at("all") != share_of(first).at("all"))
            throw model::BadInput("a share of another search", "the scope and the strategies of " + first.path,
                                  {d.path, 1, 1});
        for (const json& row : explore_of(d).at("strategies"))
            if (row.at("found") == "could not tell")
                throw model::CannotTell(
                    fmt::format("{}: this share was not finished: {}", d.path, std::string(row.at("statement"))));
    }
    require_each_share(shares, [](const ShardDocument& d) { return read_shard(share_of(d).at("shard")); });
}

} // namespace

bool is_explored(const json& document) { return document.is_object() && document.contains("explore"); }

json merged_explored(const std::vector<ShardDocument>& shares) {
    require_whole(shares);
    const json &first = explore_of(shares.front()), &share = share_of(shares.front());
    json rows = json::array(), searches = json::array();
    for (std::size_t n = 0; n < first.at("strategies").size(); ++n) rows.push_back(merged_row(shares, n));
    for (std::size_t n = 0; n < first.at("searches").size(); ++n) searches.push_back(merged_search(shares, n, rows));
    for (json& row : rows) row["statement"] = statement_on(row, searches, share);
    return {{"explore", {{"searches", searches}, {"strategies", rows}, {"security", merged_security(shares)}}}};
}

bool disagrees(const json& document, const std::vector<ShardDocument>& shares) {
    const bool candidate = share_of(shares.front()).at("candidate");
    return std::ranges::any_of(document.at("explore").at("strategies"), [&](const json& row) {
        const Strategy* s = find_strategy(std::string(row.at("strategy")));
        return row.at("found") == "refuted" && (candidate || (s && s->claim != Claim::refuted));
    });
}

} // namespace checker::inline shares
