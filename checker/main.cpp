// The executable: the only place that wires everything together. A verb is a line of the table.
#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <cstdio>

#include "checker/commands/check.h"
#include "checker/commands/gate.h"
#include "checker/commands/verb.h"
#include "model/fail.h"
#include "model/trace/trace.h"
#include "properties/properties.h"
#include "properties/prove.h"
#include "properties/tier_proof.h"

namespace {

using namespace checker;

std::function<int()> setup_check_with_properties(CLI::App& app, const Shared& shared) {
    static const Lists lists = properties::lists();
    return setup_check(app, shared, lists);
}

// THE list of the gate's tiers, the cheap ones first.
std::function<int()> setup_gate_with_tiers(CLI::App& app, const Shared& shared) {
    static const std::vector<Tier> tiers{corpus_tier(), random_tier(properties::lists()), explore_tier(),
                                         properties::proof_tier(), live_tier()};
    return setup_gate(app, shared, tiers);
}

constexpr Verb verbs[] = {
    {"run", "play traces on the model and judge every walk strategy", setup_run},
    {"gate", "admit or refuse a walk strategy: one table, one verdict", setup_gate_with_tiers},
    {"check", "random operation sequences against the properties", setup_check_with_properties},
    {"explore", "every operation sequence up to a bound, shortest counterexample first", setup_explore},
    {"minimize", "the smallest trace with the same disagreement", setup_minimize},
    {"prove", "the Z3 theorems about page offsets and strategies, as a ledger", properties::setup_prove},
    {"replay", "play traces on the running Linux kernel and compare it with the model", setup_replay},
    {"import", "turn an strace log into a trace", setup_import},
    {"walks", "list the walk strategies", setup_walks},
};

void add_shared_options(CLI::App& app, Shared& shared) {
    app.add_option("--strategy", shared.strategy, "a walk strategy to judge, by name (repeatable; default: all)");
    app.add_option("--seed", shared.seed, "seed of everything random (printed on every random run)");
    app.add_flag("--json", shared.json, "one JSON document on standard output");
    app.add_flag("--quiet", shared.quiet, "no progress, no explanations");
    app.add_option("--color", shared.color, "auto, always or never")->check(CLI::IsMember({"auto", "always", "never"}));
}

int fail(int code, const std::string& line) {
    std::fflush(stdout);
    fmt::print(stderr, "{}\n", line);
    return code;
}

std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

} // namespace

int main(int argc, char** argv) {
    CLI::App app{"rmapcheck: does a KSM reverse mapping walk find every page-table entry?"};
    app.require_subcommand(1);
    Shared shared;
    std::function<int()> chosen;
    for (const Verb& verb : verbs) {
        CLI::App* sub = app.add_subcommand(std::string(verb.name), std::string(verb.description));
        add_shared_options(*sub, shared);
        std::function<int()> action = verb.setup(*sub, shared);
        sub->callback([&chosen, action = std::move(action)] { chosen = action; });
    }
    try {
        app.parse(argc, argv);
        return chosen();
    } catch (const CLI::ParseError& e) {
        if (e.get_exit_code() == 0) return app.exit(e); // --help
        return fail(exit_bad_input, "rmapcheck: " + first_line(e.what()) + " (see rmapcheck --help)");
    } catch (const UsageError& e) {
        return fail(exit_bad_input, std::string("rmapcheck: ") + e.what());
    } catch (const model::InputError& e) {
        return fail(exit_bad_input, e.what());
    } catch (const model::Broken& e) {
        return fail(exit_defect, std::string("defect of rmapcheck: ") + e.what());
    }
}
