// replay: the same traces on the running kernel.
#include <fmt/format.h>

#include <chrono>
#include <memory>
#include <nlohmann/json.hpp>

#include "checker/commands/verb.h"
#include "checker/live/replay.h"

namespace checker {
namespace {

using live::Lab;
using live::ReplayReport;

struct Options {
    std::vector<std::string> traces;
    std::string level = "kernel", against, swap;
    bool force = false, at_end = false;
};

live::LabOptions lab_options(const Options& o) {
    live::LabOptions how;
    how.level = o.level == "maps" ? live::Level::maps : o.level == "frames" ? live::Level::frames : live::Level::kernel;
    how.force = o.force;
    if (!o.swap.empty()) how.swap = o.swap;
    if (!o.against.empty()) how.against = o.against == "6.12" ? model::KernelVersion::v6_12 : model::KernelVersion::v6_18;
    return how;
}

std::string_view to_string(ReplayReport::Status s) {
    return s == ReplayReport::Status::agree ? "agree" : s == ReplayReport::Status::differ ? "differ" : "skipped";
}

std::string describe(const Lab& lab) {
    std::string t = fmt::format("running kernel {}, rules of {}, level {}", lab.release, model::to_string(lab.version),
                                live::to_string(lab.eyes.level));
    if (!lab.eyes.why_not_higher.empty()) t += fmt::format(" (not higher: {})", lab.eyes.why_not_higher);
    t += lab.ksm ? ", KSM" : fmt::format(", no KSM ({})", lab.why_no_ksm);
    t += lab.swap ? ", swap" : fmt::format(", no swap ({})", lab.why_no_swap);
    return t + (lab.version_remark.empty() ? "" : "\n" + lab.version_remark);
}

std::string text_of(const model::Trace& trace, const ReplayReport& r) {
    std::string t = fmt::format("{}: {}", trace.path, to_string(r.status));
    if (r.status == ReplayReport::Status::agree) return t + fmt::format(", {} operations, {} walks\n", r.steps, r.walks);
    const model::Step* step = r.at < trace.steps.size() ? &trace.steps[r.at] : nullptr;
    if (r.status == ReplayReport::Status::skipped) {
        t += ": " + r.reason;
        return t + (step && r.steps ? fmt::format(" (line {}; {} operations before it agree)\n", step->line, r.steps) : "\n");
    }
    if (step) t += fmt::format(" at line {}: {}", step->line, model::to_text(*step));
    t += "\n";
    for (const std::string& d : r.differences) t += "  " + d + "\n";
    t += "--- model\n" + r.model_picture;
    if (!r.live_picture.empty()) t += "--- kernel\n" + r.live_picture;
    return t;
}

nlohmann::json json_of(const model::Trace& trace, const ReplayReport& r) {
    nlohmann::json j = {{"trace", trace.path},    {"status", to_string(r.status)}, {"operations", r.steps},
                        {"walks", r.walks},       {"reason", r.reason},            {"differences", r.differences},
                        {"model", r.model_picture}, {"kernel", r.live_picture}};
    j["line"] = r.status != ReplayReport::Status::agree && r.at < trace.steps.size()
                    ? nlohmann::json(trace.steps[r.at].line)
                    : nlohmann::json(nullptr);
    return j;
}

int run(const Shared& shared, const Options& options) {
    std::vector<model::Trace> traces; // all are read before any is played
    for (const std::string& path : options.traces) traces.push_back(model::load_trace(path));
    Lab lab = live::open_lab(lab_options(options));
    if (!shared.json) fmt::print("{}\n", describe(lab));

    nlohmann::json runs = nlohmann::json::array();
    std::size_t count[3] = {};
    std::string failed;
    for (const model::Trace& trace : traces) {
        live::ReplayOptions how;
        how.every_step = !options.at_end;
        const ReplayReport r = live::replay(lab, trace, how);
        ++count[static_cast<std::size_t>(r.status)];
        if (failed.empty() && r.status == ReplayReport::Status::differ) failed = trace.path;
        if (shared.json)
            runs.push_back(json_of(trace, r));
        else if (!shared.quiet || r.status == ReplayReport::Status::differ)
            fmt::print("{}", text_of(trace, r));
    }
    if (shared.json)
        fmt::print("{}\n", nlohmann::json{{"kernel", lab.release}, {"level", live::to_string(lab.eyes.level)}, {"runs", runs}}.dump(2));
    else
        fmt::print("{} agree, {} differ, {} skipped\n", count[0], count[1], count[2]);
    if (!failed.empty()) {
        if (!shared.json) fmt::print("rmapcheck replay {}\n", shell_quoted(failed));
        return exit_disagreement;
    }
    return count[0] ? exit_agreement : exit_cannot_tell;
}

} // namespace

std::function<int()> setup_replay(CLI::App& app, const Shared& shared) {
    auto options = std::make_shared<Options>();
    app.add_option("TRACE", options->traces, "trace files")->required();
    app.add_option("--level", options->level, "look no deeper than: maps, frames or kernel")
        ->check(CLI::IsMember({"maps", "frames", "kernel"}));
    app.add_option("--against", options->against, "the model's kernel version: 6.12 or 6.18 (default: the running one)")
        ->check(CLI::IsMember({"6.12", "6.18"}));
    app.add_option("--swap", options->swap, "a swap file to make, use and remove");
    app.add_flag("--force", options->force, "although KSM is in use by others");
    app.add_flag("--at-end", options->at_end, "compare after the last operation only");
    return [options, &shared] { return run(shared, *options); };
}

} // namespace checker
