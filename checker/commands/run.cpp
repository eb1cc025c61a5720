#include <fmt/format.h>

#include <memory>

#include "checker/commands/progress.h"
#include "checker/report/draw.h"
#include "checker/report/json.h"
#include "checker/report/text.h"
#include "checker/support/files.h"
#include "checker/support/interrupt.h"
#include "checker/support/time_limit.h"
#include "checker/viewer/found_page.h"
#include "model/text/printable.h"

namespace checker::inline commands {
namespace {

struct RunArguments {
    std::vector<std::string> traces;
    std::string html;
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
    return command_line(model::under(std::move(words), options.kernel->rules, options.config.mends));
}

bool stop() { return interrupted() || out_of_time(); }

RunOptions how_to_run(const Shared& shared, const RunArguments& options) {
    RunOptions how;
    how.strategies = chosen_strategies(shared, *options.kernel);
    if (!how.strategies.empty()) how.end_of = kinds_of(how.strategies);
    if (how.strategies.empty() && options.html.empty()) how.strategies = all_of(every_strategy());
    how.paranoid = options.paranoid;
    how.judge_at_end = !options.no_final_walks;
    how.config = options.config;
    how.config.rules = options.kernel->rules;
    how.config.out_of_time = stop;
    how.keep_partial = true;
    return how;
}

// Of what has been printed by now, and of what was failed to be.
int exit_code(const Shared& shared, const RunArguments& options, const std::string& failed,
              const std::optional<model::CannotTell>& unfinished) {
    if (failed.empty() && !unfinished) return exit_agreement;
    const bool by_user = interrupted();
    if (failed.empty()) throw by_user ? model::CannotTell("interrupted: this is what was known by then") : *unfinished;
    if (!shared.json) fmt::print("{}\n", command_for(shared, options, failed));
    return exit_disagreement;
}

// `-` is standard input.
model::Trace load(const std::string& path) {
    return path == "-" ? model::read_trace(read_whole("/dev/stdin"), "-") : model::load_trace(path);
}

RunReport play(const model::Trace& trace, const RunOptions& how, const std::string& html, Outputs& outputs) {
    if (html.empty()) return run_trace(trace, how);
    RecordedRun recorded = run_recorded(trace, how);
    outputs.write(html, recorded.page);
    return std::move(recorded.report);
}

int run(const Shared& shared, const RunArguments& options) {
    RunOptions how = how_to_run(shared, options);
    catch_interrupts();
    std::vector<model::Trace> traces; // all are read before any is run
    for (const std::string& path : options.traces) traces.push_back(load(path));
    if (traces.size() > 1) // of one, what was played before is not said either
        for (const model::Trace& trace : traces) model::require_playable(trace, how.config);

    if (!options.html.empty() && traces.size() > 1)
        throw model::BadInput("--html: a page shows one trace", "one TRACE for each page");
    if (!options.html.empty()) require_writable(options.html);

    nlohmann::json document = nlohmann::json::array();
    Outputs outputs;
    std::string failed;
    std::optional<model::CannotTell> unfinished;
    ProgressLine line(shared);
    for (const model::Trace& trace : traces) {
        how.progress = line.counter(trace.path);
        const RunReport report = play(trace, how, options.html, outputs);
        line.wipe();
        if (failed.empty() && (!report.failures.empty() || candidate_refuted(shared, report))) failed = trace.path;
        if (report.unfinished) unfinished = report.unfinished;
        if (shared.json) {
            document.push_back(report_json(trace, report, options.state));
            continue;
        }
        fmt::print("{}", report_text(trace, report, Palette{use_color(shared)}));
        if (options.draw)
            fmt::print("{}", draw(report.session.machines.front().kernel, report.verdicts, Palette{use_color(shared)},
                                  last_change(trace, report.played, how.config)));
        if (!shared.quiet)
            fmt::print("{}: {} operations{}, {} verdicts, {} failures\n", model::printable(trace.path), report.played,
                       report.unfinished ? fmt::format(" of {}", trace.steps.size()) : "", report.verdicts.size(),
                       report.failures.size());
        if (unfinished) break;
    }
    if (shared.json)
        fmt::print("{}\n", json_text((document.size() == 1 ? document.front() : nlohmann::json{{"runs", document}})));
    outputs.complain();
    return exit_code(shared, options, failed, unfinished);
}

} // namespace

std::function<int()> setup_run(CommandLine& line, const Shared& shared) {
    auto options = std::make_shared<RunArguments>();
    line.arguments("TRACE", options->traces, "trace files; -: standard input");
    line.flag("--state", options->state, "with --json: the state after the last line");
    line.flag("--draw", options->draw,
              "a picture of the address spaces, their page offsets and the walk, with what the last operation changed");
    line.value("--html", options->html, "write a page for a browser: the trace, step by step, and its walks");
    line.flag("--paranoid", options->paranoid, "check every invariant of the model after every operation");
    line.flag("--no-final-walks", options->no_final_walks, "judge only at `walk` lines");
    line.limits(options->config);
    line.kernel_version(options->kernel);
    line.mends(options->config.mends);
    return [options, &shared] { return run(shared, *options); };
}

} // namespace checker::inline commands
