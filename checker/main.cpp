// The executable: the only place that wires everything together. A verb is a line of the table.
#include <fmt/format.h>

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

std::function<int()> setup_check_with_properties(CommandLine& line, const Shared& shared) {
    static const Lists lists = properties::lists();
    return setup_check(line, shared, lists);
}

// THE list of the gate's tiers, the cheap ones first.
std::function<int()> setup_gate_with_tiers(CommandLine& line, const Shared& shared) {
    static const std::vector<Tier> tiers{corpus_tier(), random_tier(properties::lists()), explore_tier(),
                                         properties::proof_tier(), live_tier()};
    return setup_gate(line, shared, tiers);
}

constexpr Verb verbs[] = {
    {"run", "play traces on the model and judge every walk strategy", {.strategy = true}, setup_run},
    {"gate",
     "admit or refuse a walk strategy: one table, one verdict",
     {.strategy = true, .seed = true},
     setup_gate_with_tiers},
    {"check",
     "random operation sequences against the properties",
     {.strategy = true, .seed = true},
     setup_check_with_properties},
    {"explore",
     "every operation sequence up to a bound, shortest counterexample first",
     {.strategy = true},
     setup_explore},
    {"minimize", "the smallest trace with the same disagreement", {.strategy = true}, setup_minimize},
    {"prove",
     "the Z3 theorems about page offsets and strategies, as a ledger",
     {.strategy = true, .seed = true},
     properties::setup_prove},
    {"replay", "play traces on the running Linux kernel and compare it with the model", {.seed = true}, setup_replay},
    {"import", "turn an strace log into a trace", {}, setup_import},
    {"walks", "list the walk strategies", {.strategy = true}, setup_walks},
    {"report", "make a page of docs/reports: figures that can be made again", {}, setup_report},
};

int fail(int code, const std::string& line) {
    std::fflush(stdout);
    fmt::print(stderr, "{}\n", line);
    return code;
}

} // namespace

int main(int argc, char** argv) {
    Shared shared;
    try {
        return read_command_line(argc, argv, verbs, shared)();
    } catch (const UsageError& e) {
        return fail(exit_bad_input, std::string("rmapcheck: ") + e.what());
    } catch (const model::InputError& e) {
        return fail(exit_bad_input, e.what());
    } catch (const model::Broken& e) {
        return fail(exit_defect, std::string("defect of rmapcheck: ") + e.what());
    }
}
