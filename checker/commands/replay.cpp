// replay: the same traces on the running kernel.
#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <random>

#include "checker/commands/progress.h"
#include "checker/commands/verb.h"
#include "checker/kernels/running/campaign.h"
#include "checker/report/json.h"
#include "checker/search/random/check.h"
#include "checker/support/files.h"
#include "checker/support/interrupt.h"
#include "model/text/printable.h"

namespace checker::inline commands {
namespace {

using kernels::Lab;
using kernels::ReplayReport;

struct ReplayArguments {
    std::vector<std::string> traces;
    std::string level = "kernel", swap;
    const model::KernelVersion* version = nullptr; // null: the running one's
    bool force = false, at_end = false, random = false, without_ksm = false;
    kernels::CampaignOptions campaign;
    std::optional<double> seconds; // 0: until the user interrupts
    std::string save;
    std::vector<std::string> ops, without;
};

kernels::LabOptions lab_options(const ReplayArguments& o) {
    kernels::LabOptions how;
    how.level = o.level == "maps"     ? kernels::Level::maps
                : o.level == "frames" ? kernels::Level::frames
                                      : kernels::Level::kernel;
    how.force = o.force;
    if (!o.swap.empty()) how.swap = o.swap;
    how.against = o.version;
    return how;
}

std::string_view to_string(ReplayReport::Status s) {
    return s == ReplayReport::Status::agree ? "agree" : s == ReplayReport::Status::differ ? "differ" : "skipped";
}

std::string describe(const Lab& lab) {
    std::string t = fmt::format("running kernel {}, rules of {}, level {}", lab.release, model::describe(lab.rules),
                                kernels::to_string(lab.eyes.level));
    if (!lab.eyes.why_not_higher.empty()) t += fmt::format(" (not higher: {})", lab.eyes.why_not_higher);
    t += lab.ksm ? ", KSM" : fmt::format(", no KSM ({})", lab.why_no_ksm);
    t += lab.swap ? ", swap" : fmt::format(", no swap ({})", model::printable(lab.why_no_swap));
    for (const std::string& remark : lab.remarks) t += "\n" + remark;
    return t;
}

std::string text_of(const model::Trace& trace, const ReplayReport& r) {
    std::string t =
        fmt::format("{}: {}", trace.path.empty() ? "this" : model::printable(trace.path), to_string(r.status));
    if (r.status == ReplayReport::Status::agree)
        return t + fmt::format(", {} operations, {} walks\n", r.steps, r.walks);
    const model::Step* step = r.at < trace.steps.size() ? &trace.steps[r.at] : nullptr;
    if (r.status == ReplayReport::Status::skipped) {
        t += ": " + model::printable(r.reason);
        return t + (step && r.steps ? fmt::format(" (line {}; {} operations before it agree)\n", step->line, r.steps)
                                    : "\n");
    }
    if (step) t += fmt::format(" at line {}: {}", step->line, model::to_text(*step));
    t += "\n";
    for (const std::string& d : r.differences) t += "  " + d + "\n";
    return t + kernels::side_by_side(r.model_picture, r.live_picture);
}

nlohmann::json json_of(const model::Trace& trace, const ReplayReport& r) {
    nlohmann::json j = {
        {"trace", trace.path}, {"status", to_string(r.status)}, {"operations", r.steps},    {"walks", r.walks},
        {"reason", r.reason},  {"differences", r.differences},  {"model", r.model_picture}, {"kernel", r.live_picture}};
    j["line"] = r.status != ReplayReport::Status::agree && r.at < trace.steps.size()
                    ? nlohmann::json(trace.steps[r.at].line)
                    : nlohmann::json(nullptr);
    return j;
}

// The line stands before all else, and with --json on standard error.
Lab opened(const Shared& shared, const ReplayArguments& options) {
    Lab lab = kernels::open_lab(lab_options(options));
    if (lab.repaired) fmt::print(shared.json ? stderr : stdout, "{}\n", model::printable(*lab.repaired));
    return lab;
}

// The command that plays this run of a campaign again.
std::string command_for(const ReplayArguments& o, std::uint64_t seed, std::uint64_t run) {
    std::vector<std::string> words{
        "rmapcheck",         "replay", "--random", "--seed", std::to_string(seed), "--first-run",
        std::to_string(run), "--runs", "1"};
    const std::vector<std::string> scope = words_of(o.campaign.scope);
    words.insert(words.end(), scope.begin(), scope.end());
    if (o.level != ReplayArguments{}.level) words.insert(words.end(), {"--level", o.level});
    if (!o.swap.empty()) words.insert(words.end(), {"--swap", o.swap});
    if (o.version) words.insert(words.end(), {"--kernel-version", std::string(o.version->name)});
    if (o.force) words.push_back("--force");
    return command_line(words);
}

// A difference becomes a trace that `replay TRACE` shows again.
int show_difference(const Shared& shared, const ReplayArguments& options, const kernels::CampaignReport& report,
                    std::uint64_t seed) {
    model::Trace trace;
    trace.steps = report.steps;
    trace.path = options.save.empty() ? fmt::format("difference-{}-{}.trace", seed, *report.run) : options.save;
    trace.remarks.push_back({0, "# Why: the running kernel and the model differ at the last line.", 0});
    std::uint32_t line = 3;
    for (model::Step& step : trace.steps) step.line = line++;
    Outputs outputs;
    const bool saved = outputs.write(trace.path, model::to_text(trace));
    if (shared.json) {
        nlohmann::json j = json_of(trace, report.difference);
        j["seed"] = seed, j["run"] = *report.run, j["reproduced"] = report.reproduced,
        j["found_after"] = report.found_after, j["text"] = model::to_text(trace);
        fmt::print("{}\n", json_text(j));
        outputs.complain();
        return exit_disagreement;
    }
    fmt::print("run {} differs after {:.1f} s and {} operations; its {} became {}{}\n", *report.run, report.found_after,
               report.operations, report.steps_before, report.steps.size(),
               report.reproduced ? "" : " (which do not differ when they are played again)");
    fmt::print("{}\n{}", model::to_text(trace), text_of(trace, report.difference));
    outputs.complain();
    fmt::print("{}\n", saved && report.reproduced ? "rmapcheck replay " + shell_quoted(trace.path)
                                                  : command_for(options, seed, *report.run));
    return exit_disagreement;
}

int random_runs(const Shared& shared, ReplayArguments options) {
    if (!options.save.empty()) require_writable(options.save);
    options.campaign.seed = shared.seed ? shared.seed : std::random_device{}();
    options.campaign.seconds = options.seconds.value_or(options.campaign.runs ? 0 : 10);
    Lab lab = opened(shared, options);
    if (options.without_ksm) options.without.insert(options.without.end(), {"ksmd", "knob", "prctl"});
    options.campaign.scope.operations = chosen_operations(options.ops, options.without);
    if (!shared.json) fmt::print("seed {}, {}\n", options.campaign.seed, describe(lab));
    ProgressLine line(shared);
    const kernels::CampaignReport report = kernels::run_campaign(lab, options.campaign, [&](const SearchEffort& e) {
        line.tell({"random", e.runs, options.campaign.runs, "runs",
                   options.campaign.seconds > 0 ? std::max(0.0, options.campaign.seconds - e.seconds) : -1,
                   fmt::format("{} operations", e.operations)});
    });
    line.wipe();
    if (!shared.json) {
        fmt::print("{} runs, {} operations compared, {} walks, {:.1f} s ({:.0f} operations a second)\n", report.runs,
                   report.operations, report.walks, report.seconds, report.operations_a_second());
        for (const auto& [reason, n] : report.cut_short)
            fmt::print("  {} runs ended early: {}\n", n, model::printable(reason));
    }
    if (report.run) return show_difference(shared, options, report, options.campaign.seed);
    if (shared.json)
        fmt::print("{}\n", json_text(nlohmann::json{{"seed", options.campaign.seed},
                                                    {"runs", report.runs},
                                                    {"operations", report.operations},
                                                    {"walks", report.walks},
                                                    {"seconds", report.seconds},
                                                    {"status", report.operations ? "agree" : "skipped"},
                                                    {"ended_early", report.cut_short}}));
    if (report.end == End::interrupted && !shared.json) fmt::print("interrupted: this is what was known by then\n");
    return report.operations && report.end != End::interrupted ? exit_agreement : exit_cannot_tell;
}

// A trace that differs, minimized on the running kernel; as it came where that is not possible.
model::Trace minimal(Lab& lab, const ReplayArguments& options, const kernels::ReplayOptions& how,
                     const model::Trace& trace, ReplayReport& r, Outputs& outputs) {
    model::Trace small;
    small.steps.assign(trace.steps.begin(), trace.steps.begin() + static_cast<std::ptrdiff_t>(r.at) + 1);
    small.steps = kernels::minimize_difference(lab, how, std::move(small.steps), options.campaign.minimize_seconds);
    small.path = options.save;
    small.remarks.push_back(
        {0, "# Why: the running kernel and the model differ at the last line; from " + model::printable(trace.path),
         0});
    std::uint32_t line = 3;
    for (model::Step& step : small.steps) step.line = line++;
    ReplayReport again = kernels::replay(lab, small, how);
    if (again.status != ReplayReport::Status::differ) return trace;
    r = std::move(again);
    if (!options.save.empty()) outputs.write(options.save, model::to_text(small));
    return small;
}

std::string text_of_minimal(const model::Trace& trace, const model::Trace& small, const ReplayReport& r) {
    return fmt::format("{}: differ; {} operations became {}\n\n{}\n{}", model::printable(trace.path),
                       trace.steps.size(), small.steps.size(), model::to_text(small), text_of(small, r));
}

int run(const Shared& shared, const ReplayArguments& options) {
    catch_interrupts();
    if (options.random) return random_runs(shared, options);
    if (options.traces.empty()) throw model::BadInput("replay has nothing to play", "TRACE or --random");
    std::vector<model::Trace> traces; // all are read before any is played
    for (const std::string& path : options.traces) traces.push_back(model::load_trace(path));
    if (!options.save.empty()) require_writable(options.save);
    Lab lab = opened(shared, options);
    model::Config config;
    config.rules = lab.rules;
    for (const model::Trace& trace : traces) model::require_playable(trace, config);
    if (!shared.json) fmt::print("{}\n", describe(lab));

    nlohmann::json runs = nlohmann::json::array();
    std::size_t count[3] = {};
    std::string failed;
    Outputs outputs;
    kernels::ReplayOptions how;
    how.stop = interrupted;
    ProgressLine line(shared);
    for (const model::Trace& trace : traces) {
        line.tell(
            {"replay", static_cast<std::uint64_t>(&trace - traces.data()), traces.size(), "traces", -1, trace.path});
        how.every_step = !options.at_end;
        ReplayReport r = kernels::replay(lab, trace, how);
        ++count[static_cast<std::size_t>(r.status)];
        const bool differs = r.status == ReplayReport::Status::differ;
        if (failed.empty() && differs) failed = trace.path;
        how.every_step = true; // of a small trace every step is looked at
        line.wipe();
        const model::Trace small = differs && !interrupted() ? minimal(lab, options, how, trace, r, outputs) : trace;
        if (shared.json) {
            runs.push_back(json_of(trace, r));
            if (differs) runs.back()["text"] = model::to_text(small);
        } else if (differs)
            fmt::print("{}", small.path == trace.path ? text_of(trace, r) : text_of_minimal(trace, small, r));
        else if (!shared.quiet)
            fmt::print("{}", text_of(trace, r));
    }
    if (shared.json)
        fmt::print("{}\n",
                   json_text(nlohmann::json{
                       {"kernel", lab.release}, {"level", kernels::to_string(lab.eyes.level)}, {"runs", runs}}));
    else
        fmt::print("{} agree, {} differ, {} skipped\n", count[0], count[1], count[2]);
    outputs.complain();
    if (!failed.empty()) {
        if (!shared.json) fmt::print("rmapcheck replay {}\n", shell_quoted(failed));
        return exit_disagreement;
    }
    return count[0] ? exit_agreement : exit_cannot_tell;
}

} // namespace

std::function<int()> setup_replay(CommandLine& line, const Shared& shared) {
    auto options = std::make_shared<ReplayArguments>();
    line.optional_arguments("TRACE", options->traces, "trace files");
    line.flag("--random", options->random, "random sequences, compared after every operation");
    line.value("--seconds", options->seconds,
               "with --random: stop after so long; 0: when interrupted (default: 10 without --runs)");
    line.value("--runs", options->campaign.runs, "with --random: stop after so many sequences", at_least(1));
    line.value("--first-run", options->campaign.first_run, "with --random: begin with this sequence");
    line.flag("--about-files", options->campaign.scope.about_files, "with --random: only about shared files");
    line.value("--length", options->campaign.scope.length, "with --random: operations of a sequence",
               between(1, 100000));
    line.flag("--without-ksm", options->without_ksm, "with --random: no scans, which makes runs faster");
    line.list("--ops", options->ops, "with --random: draw only these operations");
    line.list("--without", options->without, "with --random: do not draw these operations");
    line.value("--minimize-seconds", options->campaign.minimize_seconds,
               "how long a difference is made smaller (default: 30)");
    line.value("--save", options->save, "where a difference goes, as a minimal trace");
    line.value("--level", options->level, "look no deeper than: maps, frames or kernel",
               one_of({"maps", "frames", "kernel"}));
    line.kernel_version(options->version, "that of the running one");
    line.value("--swap", options->swap, "a swap file to make, use and remove");
    line.flag("--force", options->force, "although KSM is in use by others");
    line.flag("--at-end", options->at_end, "compare after the last operation only");
    return [options, &shared] { return run(shared, *options); };
}

} // namespace checker::inline commands
