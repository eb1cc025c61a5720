#include "checker/search/shrink/minimize.h"

#include <fmt/format.h>

#include <memory>

#include "checker/commands/verb.h"
#include "checker/report/json.h"
#include "checker/search/shrink/found.h"
#include "checker/support/files.h"
#include "checker/support/interrupt.h"
#include "model/text/printable.h"

namespace checker::inline commands {
namespace {

struct MinimizeArguments {
    std::string trace, output;
    model::Config config;
    const model::KernelVersion* kernel = &model::default_version();
    double seconds = 60;
};

// The strategies to look for a disagreement of, in this order: the named ones, else all that regress, then the
// reference; KSM pages first.
std::vector<const Strategy*> to_ask(const Shared& shared, const MinimizeArguments& o) {
    std::vector<const Strategy*> list = chosen_strategies(shared, *o.kernel);
    if (!list.empty()) return list;
    for (const Kind* kind : kinds()) {
        for (const Strategy& s : strategies(*kind))
            if (!is_reference(s)) list.push_back(&s);
        list.push_back(&reference(*kind));
    }
    return list;
}

int minimize_verb(const Shared& shared, const MinimizeArguments& o) {
    const model::Trace trace = model::load_trace(o.trace);
    model::Config config = o.config;
    config.rules = o.kernel->rules;
    model::require_playable(trace, config);
    if (!o.output.empty()) require_writable(o.output);
    catch_interrupts();
    for (const Strategy* s : to_ask(shared, o)) {
        const std::optional<FirstDisagreement> first = first_disagreement(trace.steps, config, *s);
        if (!first) continue;
        std::vector<model::Step> steps(trace.steps.begin(),
                                       trace.steps.begin() + static_cast<std::ptrdiff_t>(first->steps));
        Found f;
        f.config = config;
        f.minimal = minimize_disagreement(std::move(steps), config, first->disagreement, o.seconds);
        const std::string text = found_text(f);
        Outputs outputs;
        const bool saved = !o.output.empty() && outputs.write(o.output, text);
        if (shared.json) {
            fmt::print("{}\n", json_text(nlohmann::json{{"strategy", s->name},
                                                        {"cause", to_text(f.minimal.cause)},
                                                        {"trace", text},
                                                        {"operations", f.minimal.steps.size() - 1},
                                                        {"operations_before", f.minimal.steps_before},
                                                        {"tries", f.minimal.tries},
                                                        {"minimal", f.minimal.finished}}));
            outputs.complain();
            return exit_disagreement;
        }
        if (!saved) fmt::print("{}", text);
        if (!shared.quiet)
            fmt::print(stderr, "{}: {}\n{} operations became {} in {} tries{}\n", s->name, to_text(f.minimal.cause),
                       f.minimal.steps_before, f.minimal.steps.size() - 1, f.minimal.tries,
                       f.minimal.finished ? "" : "; the time was up, it may not be minimal");
        outputs.complain();
        if (saved)
            fmt::print("{}\n",
                       command_line(model::under({"rmapcheck", "run", "--strategy", std::string(s->name), o.output},
                                                 config.rules, config.mends)));
        return exit_disagreement;
    }
    if (shared.json)
        fmt::print("{}\n", json_text(nlohmann::json{{"strategy", nullptr}}));
    else
        fmt::print("no disagreement at a walk of {}, nor at its end\n", model::printable(o.trace));
    return exit_agreement;
}

} // namespace

std::function<int()> setup_minimize(CommandLine& line, const Shared& shared) {
    auto o = std::make_shared<MinimizeArguments>();
    line.argument("TRACE", o->trace, "a trace with a disagreement at a walk, or at its end");
    line.value("-o,--output", o->output, "write the minimal trace here, instead of printing it");
    line.value("--seconds", o->seconds, "stop after so long");
    line.limits(o->config);
    line.kernel_version(o->kernel);
    line.mends(o->config.mends);
    return [o, &shared] { return minimize_verb(shared, *o); };
}

} // namespace checker::inline commands
