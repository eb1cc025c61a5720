#include "properties/prove.h"

#include <algorithm>
#include <filesystem>
#include <memory>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "checker/commands/progress.h"
#include "checker/report/json.h"
#include "checker/support/files.h"
#include "properties/proofs/ledger.h"

namespace properties {
namespace {

using namespace proofs;

struct ProveArguments {
    std::vector<std::string> theorems; // names; empty: all
    std::string smt2, traces;
    unsigned timeout_ms = 300'000;
};

bool named(const std::vector<std::string>& names, std::string_view name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

// Those that were asked for; with strategies named, the theorems about them.
std::vector<const Theorem*> choose(const checker::Shared& shared, const ProveArguments& options) {
    for (const std::string& name : options.theorems)
        if (std::ranges::none_of(all_theorems(), [&](const Theorem* t) { return t->name == name; }))
            throw model::BadInput("no theorem is called " + name, "rmapcheck prove lists them");
    const std::vector<const checker::Strategy*> about = checker::chosen_strategies(shared); // refuses unknown names
    std::vector<const Theorem*> chosen;
    for (const Theorem* t : all_theorems())
        if ((options.theorems.empty() || named(options.theorems, t->name)) &&
            (about.empty() || std::ranges::find(about, t->name, &checker::Strategy::theorem) != about.end()))
            chosen.push_back(t);
    return chosen;
}

// Each counterexample as a trace file, named after its question.
void save_traces(const Ledger& ledger, const std::string& directory, checker::Outputs& outputs) {
    if (directory.empty()) return;
    for (const Entry& e : ledger.entries)
        for (const BreakEntry& b : e.breaks) {
            std::filesystem::path path = std::filesystem::path(directory) / smt2_file({b.asked.query, {}, true});
            path.replace_extension(".trace");
            outputs.write(path.string(), b.trace);
        }
}

// A named strategy is a candidate: a counterexample against it is a disagreement.
const Entry* refuted_candidate(const Ledger& ledger, const checker::Shared& shared) {
    for (const Entry& e : ledger.entries)
        if (!shared.strategy.empty() && strategy_of(*e.theorem) != checker::reference().name &&
            std::any_of(e.breaks.begin(), e.breaks.end(), [](const BreakEntry& b) { return b.shown_of_strategy(); }))
            return &e;
    return nullptr;
}

int exit_code(Answer a) {
    switch (a) {
    case Answer::proved: return checker::exit_agreement;
    case Answer::refuted: return checker::exit_disagreement;
    case Answer::vacuous:
    case Answer::error: return checker::exit_defect;
    case Answer::unknown:
    case Answer::timeout: return checker::exit_cannot_tell;
    }
    return checker::exit_defect;
}

// Named strategies of which nothing is proved.
std::vector<std::string_view> without_theorem(const checker::Shared& shared) {
    std::vector<std::string_view> names;
    for (const checker::Strategy* s : checker::chosen_strategies(shared))
        if (!theorem_of(*s)) names.push_back(s->name);
    return names;
}

int run(const checker::Shared& shared, const ProveArguments& options) {
    Settings settings;
    settings.seed = shared.seed ? static_cast<unsigned>(shared.seed) : settings.seed;
    settings.timeout_ms = options.timeout_ms;
    settings.smt2 = options.smt2;
    if (!settings.smt2.empty()) checker::make_folder(settings.smt2);
    if (!options.traces.empty()) checker::make_folder(options.traces);
    checker::ProgressLine line(shared);
    const Ledger ledger = prove(choose(shared, options), settings, replay_break, line.teller());
    line.wipe();
    checker::Outputs outputs;
    save_traces(ledger, options.traces, outputs);
    const std::vector<std::string_view> unproved = without_theorem(shared);
    if (shared.json) {
        nlohmann::json document = to_json(ledger);
        document["without_theorem"] = unproved;
        fmt::print("{}\n", checker::json_text(document));
    } else
        fmt::print("{}", to_text(ledger, shared.quiet));
    for (const std::string_view name : unproved) fmt::print(stderr, "no theorem is about {}\n", name);
    outputs.complain();
    const int code = exit_code(worst(ledger));
    if (code != checker::exit_agreement) return code;
    const Entry* candidate = refuted_candidate(ledger, shared);
    if (!candidate) return unproved.empty() ? code : checker::exit_cannot_tell;
    if (!shared.json) {
        const auto b = std::find_if(candidate->breaks.begin(), candidate->breaks.end(),
                                    [](const BreakEntry& x) { return x.shown_of_strategy(); });
        fmt::print("\n{} misses what {} finds:\n{}\nrmapcheck prove --strategy {}\n", strategy_of(*candidate->theorem),
                   checker::reference(*checker::find_strategy(strategy_of(*candidate->theorem))->kind).name, b->trace,
                   strategy_of(*candidate->theorem));
    }
    return checker::exit_disagreement;
}

} // namespace

std::function<int()> setup_prove(checker::CommandLine& line, const checker::Shared& shared) {
    auto options = std::make_shared<ProveArguments>();
    line.repeated("--theorem", options->theorems, "only this theorem, by name (repeatable)");
    line.value("--smt2", options->smt2, "write every question to this folder, for another solver");
    line.value("--traces", options->traces, "write every counterexample to this folder, as a trace");
    line.value("--timeout", options->timeout_ms, "milliseconds for one question", checker::at_least(1));
    return [&shared, options] { return run(shared, *options); };
}

} // namespace properties
