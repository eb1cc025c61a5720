#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <random>

#include "checker/commands/progress.h"
#include "checker/judge/runner.h"
#include "checker/mend/edits.h"
#include "checker/report/json.h"
#include "checker/report/mend.h"
#include "checker/support/interrupt.h"

namespace checker::inline commands {
namespace {

struct MendArguments {
    MendOptions mend;
    std::string goal, corpora;
    std::vector<std::string> pieces, set;
    const model::KernelVersion* kernel = &model::default_version();
};

PieceSet chosen_pieces(const std::vector<std::string>& names, std::string_view option) {
    PieceSet set = 0;
    std::string all;
    for (std::size_t n = 0; n < piece_count; ++n) all += (n ? ", " : "") + std::string(piece_name(n));
    for (const std::string& name : names) {
        std::size_t n = 0;
        while (n < piece_count && piece_name(n) != name) ++n;
        if (n == piece_count) throw model::BadInput(fmt::format("{} {}: no such piece", option, name), all);
        set |= PieceSet{1} << n;
    }
    return set;
}

int mend_verb(const Shared& shared, MendArguments o) {
    o.mend.rules = o.kernel->rules;
    if (!o.pieces.empty()) o.mend.pieces = chosen_pieces(o.pieces, "--pieces");
    if (!o.set.empty()) o.mend.set = chosen_pieces(o.set, "--set");
    o.mend.seed = shared.seed ? shared.seed : std::random_device{}();
    if (!o.goal.empty()) o.mend.goals = {o.goal == "covers" ? Goal::covers : Goal::exact};
    const std::string corpora = corpora_folder(o.corpora);
    for (const std::string& path : traces_below(corpora)) {
        const model::Trace trace = model::load_trace(path);
        o.mend.corpora.push_back({path, trace.steps});
    }
    const auto edits = edit_lines(corpora);
    catch_interrupts();
    ProgressLine line(shared);
    o.mend.progress = [&line](const HowFar& far) { line.tell(far); };
    const MendReport report = find_frontier(o.mend);
    line.wipe();
    const nlohmann::json document = mend_json(report, o.mend, edits);
    fmt::print("{}", shared.json ? json_text(document) + "\n" : mend_text(document));
    const bool finished = std::ranges::all_of(report.goals, &GoalReport::finished);
    const bool refuted =
        o.mend.set && std::ranges::any_of(report.goals, [](const GoalReport& g) { return g.frontier.empty(); });
    if (refuted) return exit_disagreement;
    return finished ? exit_agreement : exit_cannot_tell;
}

} // namespace

std::function<int()> setup_mend(CommandLine& line, const Shared& shared) {
    auto o = std::make_shared<MendArguments>();
    line.value("--goal", o->goal, "only this one: lose nothing that naive finds, or find every entry",
               one_of({"covers", "exact"}));
    line.list("--pieces", o->pieces, "only sets of these (default: all)");
    line.list("--set", o->set, "this set alone, minimal or not: a campaign against it");
    line.value("--runs", o->mend.runs, "random sequences that a set has to stand");
    line.value("--depth", o->mend.depth, "operations of the sequences of the scope that a set has to stand",
               between(1, 250));
    line.value("--seconds", o->mend.seconds, "stop after so long; 0: at the end");
    line.value("--jobs", o->mend.jobs, "threads; the result does not depend on them", between(1, 256));
    line.value("--corpora", o->corpora, "the folder with the traces");
    line.kernel_version(o->kernel);
    return [o, &shared] { return mend_verb(shared, *o); };
}

} // namespace checker::inline commands
