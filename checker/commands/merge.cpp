// Documents of `check --shard`, from several machines, as the one that a single run prints.
#include <memory>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "checker/commands/verb.h"
#include "checker/report/json.h"
#include "checker/report/merge.h"
#include "checker/support/files.h"

namespace checker::inline commands {
namespace {

struct MergeArguments {
    std::vector<std::string> documents;
};

ShardDocument read_document(const std::string& path) {
    try {
        return {path, nlohmann::json::parse(read_whole(path))};
    } catch (const nlohmann::json::parse_error& e) {
        throw model::BadInput("not JSON", "what `check --shard I/N --json` printed", {path, 1, 1});
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

int merge(const Shared& shared, const MergeArguments& o) {
    std::vector<ShardDocument> shards;
    for (const std::string& path : o.documents) shards.push_back(read_document(path));
    nlohmann::json all;
    try {
        all = merged(shards);
    } catch (const nlohmann::json::exception& e) { // a member that is missing, or of another kind
        throw model::BadInput(fmt::format("not the document of a share ({})", e.what()),
                              "what `check --shard I/N --json` printed", {o.documents.front(), 1, 1});
    }
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

} // namespace

std::function<int()> setup_merge(CommandLine& line, const Shared& shared) {
    auto o = std::make_shared<MergeArguments>();
    line.arguments("FILE", o->documents, "a document that `check --shard I/N --json` printed, of each share");
    return [o, &shared] { return merge(shared, *o); };
}

} // namespace checker::inline commands
