#include "checker/shares/merge.h"

#include <algorithm>
#include <map>
#include <ranges>
#include <set>

#include <fmt/format.h>

#include "checker/search/shard.h"
#include "model/fail.h"

namespace checker::inline shares {
namespace {

using nlohmann::json;

// The lists of what was found, and what a row of each is known by.
struct ListOf {
    const char* name;
    std::vector<const char*> key;
};
const ListOf found_lists[] = {{"disagreements", {"strategy", "cause"}},
                              {"security", {"strategy", "cause"}},
                              {"deadlocks", {"what"}},
                              {"broken", {"name"}},
                              {"defects", {"name"}}};

std::vector<std::string> key_of(const json& row, const ListOf& list) {
    std::vector<std::string> key;
    for (const char* member : list.key) key.push_back(row.at(member));
    return key;
}

void merge_list(json& into, const json& from, const ListOf& list) {
    if (!from.contains(list.name)) return;
    std::map<std::vector<std::string>, json> rows;
    for (const json* document : {&static_cast<const json&>(into), &from})
        if (document->contains(list.name))
            for (const json& row : document->at(list.name)) {
                const auto [at, fresh] = rows.try_emplace(key_of(row, list), row);
                if (fresh) continue;
                json least = row.at("run") < at->second.at("run") ? row : at->second;
                if (row.contains("seconds") && row.at("seconds") < at->second.at("seconds"))
                    least["seconds"] = row.at("seconds");
                at->second = std::move(least);
            }
    into[list.name] = json::array();
    for (auto& [key, row] : rows) into[list.name].push_back(std::move(row));
}

void add(json& into, const json& from) {
    for (const char* count : {"runs", "operations", "pages"})
        into[count] = into.at(count).get<std::uint64_t>() + from.at(count).get<std::uint64_t>();
    into["seconds"] = into.at("seconds").get<double>() + from.at("seconds").get<double>();
    into["interrupted"] = into.at("interrupted").get<bool>() || from.at("interrupted").get<bool>();
    for (const auto& [operation, results] : from.at("operations_played").items())
        for (const auto& [error, times] : results.items()) {
            json& sum = into["operations_played"][operation][error];
            sum = (sum.is_null() ? 0 : sum.get<std::uint64_t>()) + times.get<std::uint64_t>();
        }
    for (const auto& [name, seen] : from.at("witnesses").items())
        into["witnesses"][name] = into["witnesses"].value(name, false) || seen.get<bool>();
    for (const ListOf& list : found_lists) merge_list(into, from, list);
}

// Is it a share of the same campaign as the first, and which?
Shard shard_of(const ShardDocument& d, const ShardDocument& first) {
    if (!d.json.is_object() || !d.json.contains("operations_played") || !d.json.contains("shard"))
        throw model::BadInput("not the document of a share", "what `check --shard I/N --json` printed", {d.path, 1, 1});
    if (d.json.at("seed") != first.json.at("seed"))
        throw model::BadInput(fmt::format("a share of another campaign: seed {}", d.json.at("seed").dump()),
                              fmt::format("seed {}, as in {}", first.json.at("seed").dump(), first.path),
                              {d.path, 1, 1});
    return read_shard(d.json.at("shard"));
}

} // namespace

json in_order(json document) {
    for (const ListOf& list : found_lists)
        if (document.contains(list.name))
            std::stable_sort(document[list.name].begin(), document[list.name].end(),
                             [&](const json& a, const json& b) { return key_of(a, list) < key_of(b, list); });
    return document;
}

void require_each_share(const std::vector<ShardDocument>& shards,
                        const std::function<Shard(const ShardDocument&)>& shard_in) {
    std::set<std::uint64_t> seen;
    const Shard first = shard_in(shards.front());
    for (const ShardDocument& d : shards) {
        const Shard shard = shard_in(d);
        if (shard.of != first.of)
            throw model::BadInput(fmt::format("one of {} shares", shard.of),
                                  fmt::format("one of {}, as {}", first.of, shards.front().path), {d.path, 1, 1});
        if (!seen.insert(shard.index).second)
            throw model::BadInput(fmt::format("share {} for the second time", to_text(shard)), "each share once",
                                  {d.path, 1, 1});
    }
    for (std::uint64_t i = 0; i < first.of; ++i)
        if (!seen.contains(i))
            throw model::BadInput(fmt::format("share {} is missing", to_text(Shard{i, first.of})),
                                  "all shares of the whole");
}

json merged(const std::vector<ShardDocument>& shards) {
    require_each_share(shards, [&](const ShardDocument& d) { return shard_of(d, shards.front()); });
    json all = shards.front().json;
    for (const ShardDocument& d : shards | std::views::drop(1)) add(all, d.json);
    all.erase("shard");
    return in_order(std::move(all));
}

} // namespace checker::inline shares
