#include "checker/shares/merge_kernel.h"

#include <algorithm>
#include <tuple>

#include <fmt/format.h>

#include "checker/gate/kernel.h"
#include "model/fail.h"

namespace checker::inline shares {
namespace {

using nlohmann::json;

const json& kernel_in(const ShardDocument& d) { return d.json.at("kernel"); }
Shard shard_in(const ShardDocument& d) { return read_shard(kernel_in(d).at("share").at("shard")); }

void require_one_gate(const std::vector<ShardDocument>& shares) {
    for (const ShardDocument& d : shares) {
        if (!is_of_a_kernel(d.json) || !kernel_in(d).contains("share"))
            throw model::BadInput("not the document of a share", "what `gate --kernel --shard I/N --json` printed",
                                  {d.path, 1, 1});
        for (const char* same : {"tree", "version", "rules", "base", "patches", "random", "seed"})
            if (kernel_in(d).at(same) != kernel_in(shares.front()).at(same))
                throw model::BadInput(
                    fmt::format("a share of another gate: {} is {}", same, kernel_in(d).at(same).dump()),
                    fmt::format("{}, as in {}", kernel_in(shares.front()).at(same).dump(), shares.front().path),
                    {d.path, 1, 1});
    }
    require_each_share(shares, shard_in);
}

// By the number of the share.
std::vector<const json*> in_order_of_shares(const std::vector<ShardDocument>& shares) {
    std::vector<const json*> ordered(shares.size());
    for (const ShardDocument& d : shares) ordered.at(shard_in(d).index) = &kernel_in(d);
    return ordered;
}

void add_costs(json& side, const json& more) {
    if (side.is_null() || more.is_null()) return;
    for (const char* seconds : {"build_seconds", "play_seconds"})
        side[seconds] = side[seconds].get<double>() + more.at(seconds).get<double>();
    for (const char* count : {"boots", "remembered"})
        side[count] = side[count].get<std::uint64_t>() + more.at(count).get<std::uint64_t>();
    side["cached"] = side["cached"].get<bool>() && more.at("cached").get<bool>();
}

// Rows that belong to traces, in the order of the traces; those of a share are in its own order already.
json by_trace(const std::vector<const json*>& shares, const char* list,
              bool (*is_of)(const json& row, const json& name)) {
    json rows = json::array();
    std::vector<std::size_t> next(shares.size());
    for (std::size_t n = 0;; ++n) { // the n-th trace of all
        const std::size_t share = n % shares.size(), in_share = n / shares.size();
        const json& traces = shares[share]->at("traces");
        if (in_share >= traces.size()) return rows;
        const json &mine = shares[share]->at(list), &name = traces.at(in_share).at("trace");
        while (next[share] < mine.size() && is_of(mine.at(next[share]), name)) rows.push_back(mine.at(next[share]++));
    }
}

// The smallest trace of the share whose regression one gate would have made smaller.
json smallest_of(const std::vector<const json*>& shares) {
    const json* best = nullptr;
    auto key = [](const json& share) {
        const json& r = share.at("share").at("regression");
        return std::tuple(!r.at("lost").get<bool>(), r.at("steps").get<std::uint64_t>(),
                          r.at("number").get<std::uint64_t>());
    };
    for (const json* share : shares)
        if (!share->at("share").at("regression").is_null() && (!best || key(*share) < key(*best))) best = share;
    return best ? best->at("smallest") : json(nullptr);
}

// As much of the findings as a verdict needs.
kernels::uml::Findings findings_in(const json& kernel) {
    kernels::uml::Findings f;
    f.not_in_the_guest = kernel.at("not_in_the_guest");
    for (const json& row : kernel.at("traces")) {
        kernels::uml::TraceVerdict& v = f.verdicts.emplace_back();
        v.name = row.at("trace");
        v.lost.resize(row.at("lost").size());
        v.failed = row.at("failed");
        v.complaints = row.at("complaints");
        v.contradictions = row.at("contradictions");
        v.pages = row.at("pages");
        if (!row.at("not_judged").is_null()) v.not_judged = row.at("not_judged");
    }
    return f;
}

} // namespace

bool is_of_a_kernel(const json& document) { return document.is_object() && document.contains("kernel"); }

json merged_kernel(const std::vector<ShardDocument>& documents) {
    require_one_gate(documents);
    const std::vector<const json*> shares = in_order_of_shares(documents);
    json all = *shares.front();
    all.erase("share");
    for (const json* share : shares) {
        if (share == shares.front()) continue;
        for (const char* side : {"reference", "candidate"}) add_costs(all[side], share->at(side));
        all["hangs"] = all["hangs"].get<std::uint64_t>() + share->at("hangs").get<std::uint64_t>();
    }
    const auto names_it = [](const json& row, const json& name) { return row.at("trace") == name; };
    all["traces"] = by_trace(shares, "traces", names_it);
    all["effects"] = by_trace(shares, "effects", names_it);
    all["strategy_differs"] = by_trace(shares, "strategy_differs", [](const json& row, const json& name) {
        return row.get<std::string>().starts_with(name.get<std::string>() + ": ");
    });
    all["smallest"] = smallest_of(shares);
    if (!all["traces"].empty()) { // else the kernels are one, which the first says as well as any
        const kernels::uml::Findings f = findings_in(all);
        const Standing standing = standing_of(f);
        const std::string silent = kernels::uml::why_silent(f);
        all["verdict"] = standing == Standing::cannot_tell ? "unknown" : to_string(standing);
        all["reason"] = silent.empty() ? json(nullptr) : json(silent);
    }
    return {{"kernel", all}};
}

Standing standing_in(const json& document) {
    const json& verdict = document.at("kernel").at("verdict");
    return verdict == "holds" ? Standing::holds : verdict == "refuted" ? Standing::refuted : Standing::cannot_tell;
}

} // namespace checker::inline shares
