#include "properties/proofs/replay.h"

#include "checker/judge/runner.h"
#include "checker/mend/loss.h"
#include "model/fail.h"

namespace properties::proofs {
namespace {

const checker::Verdict* last_walk(const checker::RunReport& report, const checker::Strategy* strategy) {
    const checker::Verdict* last = nullptr;
    for (const checker::Verdict& v : report.verdicts)
        if (v.strategy == strategy) last = &v;
    return last;
}

Replay replay_under(const model::KernelVersion& version, const std::string& text, const checker::Strategy* s) {
    Replay r;
    r.version = &version;
    checker::RunReport report;
    try {
        checker::RunOptions options;
        options.config.rules = version.rules;
        options.strategies = {s};
        options.judge_at_end = false;
        options.lifetimes = checker::Lifetimes::leave_open;
        options.paranoid = true;
        const model::Trace trace = model::read_trace(text, "counterexample.trace");
        if (!trace.steps.empty()) r.command = model::to_text(trace.steps.back());
        report = checker::run_trace(trace, options);
    } catch (const model::BadInput& e) {
        r.why_not = e.what();
        return r;
    }
    if (!report.failures.empty()) {
        r.why_not = report.failures.front().text;
        return r;
    }
    const checker::Verdict* v = last_walk(report, s);
    if (!v) {
        r.why_not = "no page is mapped where it walks";
        return r;
    }
    const bool reference = checker::is_reference(*s);
    r.missed = reference ? v->missed : v->regressed;
    r.touched_freed_vma = v->touched_freed_vma;
    r.shows_miss = !r.missed.empty();
    if (!r.shows_miss) r.why_not = "the walk misses nothing";
    return r;
}

} // namespace

Replay replay(const std::string& text, std::string_view strategy) {
    const checker::Strategy* s = checker::find_strategy(strategy);
    Replay newest;
    if (!s) {
        newest.why_not = "no strategy is called " + std::string(strategy);
        return newest;
    }
    const auto rows = model::kernel_versions();
    for (auto row = rows.rbegin(); row != rows.rend(); ++row) {
        Replay r = replay_under(*row, text, s);
        if (r.shows_miss) return r;
        if (!newest.version) newest = std::move(r);
    }
    return newest;
}

Replay replay_mended(const std::string& text, const Mend& mended, checker::PieceSet left_out) {
    Replay r;
    const model::Rules& rules = model::default_version().rules;
    r.version = &model::default_version();
    try {
        const model::Trace trace = model::read_trace(text, "counterexample.trace");
        if (!trace.steps.empty()) r.command = model::to_text(trace.steps.back());
        const auto lost = checker::first_loss(trace.steps, rules, mended.set & ~left_out, mended.goal);
        if (!lost)
            r.why_not = "nothing is lost without " + checker::to_text(left_out);
        else if (checker::first_loss(trace.steps, rules, mended.set, mended.goal))
            r.why_not = "an entry is lost with " + checker::to_text(left_out) + ", too";
        else
            r.missed = {lost->entry};
    } catch (const model::BadInput& e) {
        r.why_not = e.what();
    }
    r.shows_miss = !r.missed.empty();
    return r;
}

Replay replay_break(const Break& b, const std::string& trace, std::string_view strategy) {
    return b.left_out ? replay_mended(trace, b.mended, b.left_out) : replay(trace, strategy);
}

} // namespace properties::proofs
