#include "checker/judge/runner.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "checker/facets/effects.h"
#include "checker/judge/expect.h"
#include "model/invariants.h"

namespace checker::inline judge {
namespace {

void check_invariants(const Session& session, const model::Trace& trace, const model::Step& step) {
    for (const Machine& m : session.machines)
        if (auto broken = model::first_broken_invariant(m.kernel))
            throw model::Broken(fmt::format("after {}: {}", model::to_text(step), *broken), {trace.path, step.line, 1});
}

// A run, as far as it has come. The lifetimes of misses are found by playing scans on a copy, once for all walks
// between two other steps: `open_` is the first verdict whose lifetime is not found.
class Course {
  public:
    Course(const model::Trace& trace, const RunOptions& options)
        : trace_(trace),
          options_(options),
          report_{{}, {}, 0, {}, 0, {}, start_session(options.config, options.strategies)} {}

    RunReport play_all() {
        try {
            play();
        } catch (const model::CannotTell& limit) {
            if (!options_.keep_partial) throw;
            report_.unfinished = limit;
            for (Verdict& v : std::span(report_.verdicts).subspan(open_)) v.lifetime = Lifetime::none; // not found out
        }
        return std::move(report_);
    }

  private:
    void play() {
        expectation_ = trace_.expectations.begin();
        check_expectations(0);
        for (std::size_t i = 0; i < trace_.steps.size() && !stale(); ++i) {
            if (options_.progress) options_.progress(i, trace_.steps.size());
            play_step(trace_.steps[i]);
            ++report_.played;
            note_security(trace_.steps[i], i + 1);
            check_expectations(i + 1);
            if (stale() && i + 1 < trace_.steps.size())
                report_.failures.push_back({trace_.steps[i + 1].line, "not played: a migration entry is stale"});
        }
        if (options_.judge_at_end && !stale()) {
            const std::uint32_t line = trace_.steps.empty() ? 1 : trace_.steps.back().line;
            for (const Kind* kind : options_.end_of) {
                const std::vector<Verdict> end = judge_all_pages(report_.session, *kind, line, Lifetimes::leave_open);
                report_.at_end += end.size();
                report_.verdicts.insert(report_.verdicts.end(), end.begin(), end.end());
            }
        }
        close();
    }

    void play_step(const model::Step& step) {
        const std::optional<AskedPage> asked = asked_page(step.op);
        if (!asked) close();
        const model::Result result = model::at_step(trace_, step, [&] { return judge::play(report_.session, step); });
        if (options_.paranoid) check_invariants(report_.session, trace_, step);
        if (said_of_all_ && step.expected && *step.expected != result)
            report_.failures.push_back(
                {step.line, fmt::format("{}: the model returns {}", model::to_text(step), model::to_text(result))});
        if (options_.watch) options_.watch(report_.session, step, result);
        walked_ = report_.verdicts.size();
        if (!asked) return;
        const std::vector<Verdict> now =
            judge_page(report_.session, asked->pid, asked->address, step.line, Lifetimes::leave_open);
        report_.verdicts.insert(report_.verdicts.end(), now.begin(), now.end());
    }

    bool stale() const { return static_cast<bool>(report_.session.machines.front().kernel.stale); }

    // What the trace does not expect of the reference is a failure.
    void note_security(const model::Step& step, std::size_t played) {
        for (const Strategy* s : report_.session.strategies) {
            if (s->kind != &ksm) continue; // no other kind drives
            const auto known = std::ranges::find(report_.security, s, &SecurityFinding::strategy);
            if (known != report_.security.end()) continue;
            std::vector<MappedAt> entries = stale_for(report_.session, *s);
            if (entries.empty()) continue;
            const bool expected = std::ranges::any_of(trace_.expectations, [&](const model::Expectation& e) {
                const auto* what = std::get_if<model::Stale>(&e.kind);
                return what && e.after == played && what->strategy.v == s->name;
            });
            if (s == &reference() && !expected)
                report_.failures.push_back({step.line, "security: stale migration entries at " + to_text(entries)});
            report_.security.push_back({step.line, s, std::move(entries)});
        }
    }

    // In every state that is judged, of every strategy, whatever is known of it.
    void hold_to_bounds() {
        for (; held_ < report_.verdicts.size(); ++held_)
            if (const Verdict& v = report_.verdicts[held_]; costs_too_much(v))
                report_.failures.push_back({v.at, fmt::format("walk of {}: {}", to_text(v.page), cost_text(v))});
    }

    void close() {
        hold_to_bounds();
        if (options_.lifetimes == Lifetimes::find)
            find_lifetimes(report_.session, std::span(report_.verdicts).subspan(open_));
        open_ = report_.verdicts.size();
    }

    void check_expectations(std::size_t played) {
        for (; expectation_ != trace_.expectations.end() && expectation_->after == played; ++expectation_) {
            const bool said = said_of(*expectation_, options_.config.rules);
            if (std::holds_alternative<model::AllBelow>(expectation_->kind)) said_of_all_ = said_of_all_ && said;
            if (!said || !said_of_all_) continue;
            close(); // it may ask for them
            const auto walked = std::span<const Verdict>(report_.verdicts).subspan(walked_);
            if (auto wrong = unmet(*expectation_, report_.session, walked))
                report_.failures.push_back({expectation_->line, model::to_text(*expectation_) + ": " + *wrong});
        }
    }

    const model::Trace& trace_;
    const RunOptions& options_;
    RunReport report_;
    std::size_t held_ = 0;              // verdicts: of which it is known whether they cost too much
    std::size_t open_ = 0, walked_ = 0; // verdicts: whose lifetime is open, that are of the step before
    bool said_of_all_ = true;           // do results and claims hold for this version from here on?
    std::vector<model::Expectation>::const_iterator expectation_;
};

} // namespace

RunReport run_trace(const model::Trace& trace, const RunOptions& options) { return Course(trace, options).play_all(); }

std::size_t operations_without_walks(const model::Trace& trace) {
    const auto walks =
        std::ranges::count_if(trace.steps, [](const model::Step& s) { return asked_page(s.op).has_value(); });
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
