#include <fmt/format.h>

#include <memory>

#include "checker/commands/verb.h"
#include "checker/report/draw.h"
#include "checker/report/json.h"
#include "checker/report/text.h"
#include "model/text/printable.h"

namespace checker::inline commands {
namespace {

struct RunArguments {
    std::vector<std::string> traces;
    bool state = false, draw = false, paranoid = false, no_final_walks = false;
    model::Config config;
    const model::KernelVersion* kernel = &model::default_version();
};

// Does the run speak against a strategy that was named on the command line?
bool candidate_refuted(const Shared& shared, const RunReport& report) {
    if (shared.strategy.empty()) return false;
    for (const Verdict& v : report.verdicts)
        if (refutes(v)) return true;
    return false;
}

std::string command_for(const Shared& shared, const RunArguments& options, const std::string& trace) {
    std::vector<std::string> words{"rmapcheck", "run"};
    for (const std::string& s : shared.strategy) words.insert(words.end(), {"--strategy", s});
    words.push_back(trace);
    return command_line(model::under_rules(std::move(words), options.kernel->rules));
}

int run(const Shared& shared, const RunArguments& options) {
    RunOptions how;
    how.strategies = chosen_strategies(shared, *options.kernel);
    how.paranoid = options.paranoid;
    how.judge_at_end = !options.no_final_walks;
    how.config = options.config;
    how.config.rules = options.kernel->rules;
    std::vector<model::Trace> traces; // all are read before any is run
    for (const std::string& path : options.traces) traces.push_back(model::load_trace(path));
    if (traces.size() > 1) // of one, what was played before is not said either
        for (const model::Trace& trace : traces) model::require_playable(trace, how.config);

    nlohmann::json document = nlohmann::json::array();
    std::string failed;
    for (const model::Trace& trace : traces) {
        const RunReport report = run_trace(trace, how);
        if (failed.empty() && (!report.failures.empty() || candidate_refuted(shared, report))) failed = trace.path;
        if (shared.json) {
            document.push_back(report_json(trace, report, options.state));
            continue;
        }
        fmt::print("{}", report_text(trace, report, Palette{use_color(shared)}));
        if (options.draw) fmt::print("{}", draw(report.session.machines.front().kernel, report.verdicts));
        if (!shared.quiet)
            fmt::print("{}: {} operations, {} verdicts, {} failures\n", model::printable(trace.path),
                       trace.steps.size(), report.verdicts.size(), report.failures.size());
    }
    if (shared.json)
        fmt::print("{}\n", json_text((document.size() == 1 ? document.front() : nlohmann::json{{"runs", document}})));
    if (failed.empty()) return exit_agreement;
    if (!shared.json) fmt::print("{}\n", command_for(shared, options, failed));
    return exit_disagreement;
}

} // namespace

std::function<int()> setup_run(CommandLine& line, const Shared& shared) {
    auto options = std::make_shared<RunArguments>();
    line.arguments("TRACE", options->traces, "trace files");
    line.flag("--state", options->state, "with --json: the state after the last line");
    line.flag("--draw", options->draw, "a picture of the address spaces, their page offsets and the walk");
    line.flag("--paranoid", options->paranoid, "check every invariant of the model after every operation");
    line.flag("--no-final-walks", options->no_final_walks, "judge only at `walk` lines");
    line.limits(options->config);
    line.kernel_version(options->kernel);
    return [options, &shared] { return run(shared, *options); };
}

} // namespace checker::inline commands
