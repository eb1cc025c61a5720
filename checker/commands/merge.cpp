// Documents of shares, from several machines, as the one that a single run prints.
#include <memory>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "checker/commands/verb.h"
#include "checker/report/json.h"
#include "checker/report/text.h"
#include "checker/shares/merge.h"
#include "checker/shares/merge_explored.h"
#include "checker/shares/merge_kernel.h"
#include "checker/support/files.h"

namespace checker::inline commands {
namespace {

struct MergeArguments {
    std::vector<std::string> documents;
};

constexpr const char* right_share = "what `check`, `explore` or `gate --kernel` printed with --shard I/N --json";

ShardDocument read_document(const std::string& path) {
    try {
        return {path, nlohmann::json::parse(read_whole(path))};
    } catch (const nlohmann::json::parse_error& e) {
        throw model::BadInput("not JSON", right_share, {path, 1, 1});
    }
}

// Any finding that one run ends with 1 or 3 for, as far as the document says it.
int exit_of(const nlohmann::json& all) {
    if (all.contains("defects")) return exit_defect;
    if (all.contains("broken") || !all.at("deadlocks").empty()) return exit_disagreement;
    for (const nlohmann::json& d : all.at("disagreements")) {
        const Strategy* s = find_strategy(std::string(d.at("strategy")));
        if (s && s != &reference() && (s->claim == Claim::exact || s->claim == Claim::covers)) return exit_disagreement;
    }
    return all.at("interrupted").get<bool>() ? exit_cannot_tell : exit_agreement;
}

std::string explored_text(const nlohmann::json& document) {
    std::vector<std::vector<std::string>> rows{{"strategy", "found", "operations"}};
    std::string statements;
    for (const nlohmann::json& row : document.at("explore").at("strategies")) {
        const nlohmann::json& found = row.at("counterexamples");
        rows.push_back(
            {row.at("strategy"), row.at("found"), found.empty() ? "" : found.front().at("operations").dump()});
        statements += std::string(row.at("statement")) + "\n";
    }
    return table_text(rows) + "\n" + statements;
}

std::string kernel_text(const nlohmann::json& document) {
    const nlohmann::json& k = document.at("kernel");
    std::size_t lost = 0, in = 0;
    for (const nlohmann::json& row : k.at("traces")) {
        lost += row.at("lost").size();
        in += !row.at("lost").empty();
    }
    std::string text =
        fmt::format("Linux {} ({}): {} traces, {} entries lost in {} of them\n", k.at("version").get<std::string>(),
                    k.at("tree").get<std::string>(), k.at("traces").size(), lost, in);
    if (!k.at("smallest").is_null()) text += "\n" + k.at("smallest").at("trace").get<std::string>() + "\n";
    text += k.at("verdict").get<std::string>();
    if (!k.at("reason").is_null()) text += ": " + k.at("reason").get<std::string>();
    return text + "\n";
}

int merge_explored(const Shared& shared, const std::vector<ShardDocument>& shards) {
    const nlohmann::json all = merged_explored(shards);
    print_result(shared, all, explored_text(all));
    return disagrees(all, shards) ? exit_disagreement : exit_agreement;
}

int merge_kernel(const Shared& shared, const std::vector<ShardDocument>& shares) {
    const nlohmann::json all = merged_kernel(shares);
    print_result(shared, all, kernel_text(all));
    const Standing standing = standing_in(all);
    return standing == Standing::holds     ? exit_agreement
           : standing == Standing::refuted ? exit_disagreement
                                           : exit_cannot_tell;
}

int merge_campaign(const Shared& shared, const std::vector<ShardDocument>& shards) {
    const nlohmann::json all = merged(shards);
    if (shared.json) {
        fmt::print("{}\n", json_text(all));
        return exit_of(all);
    }
    fmt::print("seed {}: {} runs, {} operations judged ({} KSM pages) in {:.1f} s of {} shares\n",
               all.at("seed").dump(), all.at("runs").dump(), all.at("operations").dump(), all.at("pages").dump(),
               all.at("seconds").get<double>(), shards.size());
    for (const char* list : {"disagreements", "security"})
        for (const nlohmann::json& d : all.at(list))
            fmt::print("{}: {} (run {}), {} operations\n", std::string(d.at("strategy")), std::string(d.at("cause")),
                       d.at("run").dump(), d.at("operations").dump());
    for (const char* list : {"deadlocks", "broken", "defects"})
        if (all.contains(list))
            for (const nlohmann::json& d : all.at(list)) fmt::print("{} (run {})\n", list, d.at("run").dump());
    return exit_of(all);
}

int merge(const Shared& shared, const MergeArguments& o) {
    std::vector<ShardDocument> shards;
    for (const std::string& path : o.documents) shards.push_back(read_document(path));
    try {
        const nlohmann::json& first = shards.front().json;
        return is_explored(first)      ? merge_explored(shared, shards)
               : is_of_a_kernel(first) ? merge_kernel(shared, shards)
                                       : merge_campaign(shared, shards);
    } catch (const nlohmann::json::exception& e) { // a member that is missing, or of another kind
        throw model::BadInput(fmt::format("not the document of a share ({})", e.what()), right_share,
                              {o.documents.front(), 1, 1});
    }
}

} // namespace

std::function<int()> setup_merge(CommandLine& line, const Shared& shared) {
    auto o = std::make_shared<MergeArguments>();
    line.arguments("FILE", o->documents, "a document that a verb printed with --shard I/N --json, of each share");
    return [o, &shared] { return merge(shared, *o); };
}

} // namespace checker::inline commands
