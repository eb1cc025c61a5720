// States that must never be, made minimal: as disagreements are, but nothing is played behind them.
#include <fmt/format.h>

#include "checker/search/shrink/minimize.h"
#include "checker/search/shrink/playable.h"
#include "model/fail.h"

namespace checker::inline search {

using namespace model;

namespace {

class SecurityTest {
  public:
    SecurityTest(const Config& config, const SecurityCause& cause) : cause_(cause) {
        Config c = config;
        c.layout = layout_of(*cause.strategy, config.layout);
        c.drive = cause.strategy == &reference() ? WalkDriver{} : driver_of(*cause.strategy);
        booted_ = boot(c);
    }
    bool operator()(std::vector<Step>& steps) {
        try {
            k_ = booted_;
            play_playable(k_, steps);
        } catch (const Broken&) {
            return false;
        }
        return k_.stale && security_cause(k_, *cause_.strategy, acted_between(steps)) == cause_;
    }
    const Kernel& machine() const { return k_; }

  private:
    SecurityCause cause_;
    Kernel booted_, k_;
};

} // namespace

MinimalSecurity minimize_security(std::vector<Step> steps, const Config& config, const SecurityCause& cause,
                                  double seconds) {
    SecurityTest test(config, cause);
    MinimalSecurity m{cause, {}, {}, 0, steps.size(), true};
    Minimized small = shrink(std::move(steps), one_by_one(std::ref(test)), {seconds});
    m.tries = small.tries;
    m.finished = small.finished;
    m.steps = std::move(small.steps);
    if (test(m.steps))
        for (const EntryAt& e : stale_entries(test.machine())) m.entries.push_back({e.pid, e.page});
    return m;
}

Trace security_trace(const MinimalSecurity& m, const Config& config) {
    Trace trace;
    trace.steps = m.steps;
    for (Step& step : trace.steps) step.line = 0;
    trace.remarks.push_back({0,
                             fmt::format("# Why: security: {}, driven by {}, rules of {}.", to_text(m.cause),
                                         m.cause.strategy->name, describe(config.rules)),
                             0});
    std::vector<PageAt> pages;
    for (MappedAt at : m.entries) pages.push_back({at.pid, address(at.page)});
    trace.expectations.push_back(
        {trace.steps.size(), 0, Stale{{std::string(m.cause.strategy->name)}, std::move(pages)}});
    return trace;
}

} // namespace checker::inline search
