#include "checker/judge/runner.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "checker/judge/expect.h"
#include "model/invariants.h"

namespace checker::inline judge {
namespace {

void check_invariants(const Session& session, const model::Trace& trace, const model::Step& step) {
    for (const Machine& m : session.machines)
        if (auto broken = model::first_broken_invariant(m.kernel))
            throw model::Broken(fmt::format("after {}: {}", model::to_text(step), *broken), {trace.path, step.line, 1});
}

} // namespace

RunReport run_trace(const model::Trace& trace, const RunOptions& options) {
    RunReport report{{}, 0, {}, start_session(options.config, options.strategies)};
    Session& session = report.session;
    std::vector<Verdict> walked;
    auto expectation = trace.expectations.begin();
    auto check_expectations = [&](std::size_t played) {
        for (; expectation != trace.expectations.end() && expectation->after == played; ++expectation)
            if (auto wrong = unmet(*expectation, session.machines.front().kernel, walked, session.strategies))
                report.failures.push_back({expectation->line, model::to_text(*expectation) + ": " + *wrong});
    };
    check_expectations(0);
    for (std::size_t i = 0; i < trace.steps.size(); ++i) {
        const model::Step& step = trace.steps[i];
        const model::Result result = model::at_step(trace, step, [&] { return play(session, step); });
        if (options.paranoid) check_invariants(session, trace, step);
        if (step.expected && *step.expected != result)
            report.failures.push_back(
                {step.line, fmt::format("{}: the model returns {}", model::to_text(step), model::to_text(result))});
        walked.clear();
        if (const auto* walk = std::get_if<model::Walk>(&step.op)) {
            walked = judge_page(session, walk->pid.v, walk->addr.v, step.line, options.lifetimes);
            report.verdicts.insert(report.verdicts.end(), walked.begin(), walked.end());
        }
        check_expectations(i + 1);
    }
    if (options.judge_at_end) {
        const std::uint32_t line = trace.steps.empty() ? 1 : trace.steps.back().line;
        std::vector<Verdict> end = judge_all_ksm_pages(session, line, options.lifetimes);
        report.at_end = end.size();
        report.verdicts.insert(report.verdicts.end(), end.begin(), end.end());
    }
    return report;
}

std::size_t operations_without_walks(const model::Trace& trace) {
    const auto walks = std::ranges::count_if(
        trace.steps, [](const model::Step& s) { return std::holds_alternative<model::Walk>(s.op); });
    return trace.steps.size() - static_cast<std::size_t>(walks);
}

std::vector<std::string> traces_below(const std::string& folder) {
    namespace fs = std::filesystem;
    std::vector<std::string> paths;
    for (const auto& file : fs::recursive_directory_iterator(folder))
        if (file.path().extension() == ".trace" && file.path().parent_path().filename() != "malformed")
            paths.push_back(file.path().string());
    std::ranges::sort(paths);
    return paths;
}

} // namespace checker::inline judge
