// The executable: the only place that wires everything together. A verb is a line of the table.
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <exception>
#include <stdexcept>

#include "checker/commands/check.h"
#include "checker/commands/gate.h"
#include "checker/commands/verb.h"
#include "model/fail.h"
#include "model/text/printable.h"
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
    {"merge", "put the shares of a campaign of `check` together", {}, setup_merge},
    {"explore",
     "every operation sequence up to a bound, shortest counterexample first",
     {.strategy = true},
     setup_explore},
    {"minimize", "the smallest trace with the same disagreement", {.strategy = true}, setup_minimize},
    {"prove",
     "the Z3 theorems about page offsets and strategies, as a ledger",
     {.strategy = true, .seed = true},
     properties::setup_prove},
    {"mend", "the smallest sets of changes that mend the walk, and what they cost", {.seed = true}, setup_mend},
    {"replay", "play traces on the running Linux kernel and compare it with the model", {.seed = true}, setup_replay},
    {"import", "turn an strace log into a trace", {}, setup_import},
    {"walks", "list the walk strategies", {.strategy = true}, setup_walks},
    {"explain", "what the cause of a loss means, where it is seen, and its shortest trace", {}, setup_explain},
    {"export", "write a trace in a form that others read", {}, setup_export},
    {"b4", "the check of a series for b4: a mailbox on standard input, results as JSON", {.seed = true}, setup_b4},
    {"report", "a finding on a kernel as a mail that can be sent, or a page of docs/reports", {}, setup_report},
};

void complain(const std::string& text) {
    std::fflush(stdout);
    std::fputs((text + "\n").c_str(), stderr); // which may be full: there is no other place to say so
}

// Says what failed, and returns the exit code. Here alone a failure is printed.
int failed(const std::exception& e) {
    if (const auto* f = dynamic_cast<const model::Failure*>(&e)) {
        const char* kind = f->exit == model::exit_defect        ? "defect of rmapcheck: "
                           : f->exit == model::exit_cannot_tell ? "could not tell: "
                           : f->place.file.empty()              ? "rmapcheck: "
                                                                : "";
        std::string log = model::printable_lines(f->log);
        while (log.ends_with('\n')) log.pop_back();
        complain(kind + std::string(e.what()) + (log.empty() ? "" : "\n") + log);
        return f->exit;
    }
    if (std::ferror(stdout)) return exit_bad_input; // finish() says so
    if (dynamic_cast<const std::logic_error*>(&e)) {
        complain(std::string("defect of rmapcheck: ") + e.what());
        return exit_defect;
    }
    complain("could not tell: " + model::printable(e.what())); // of the machine: its memory, its files
    return exit_cannot_tell;
}

// What was said must have arrived: a full disk and a closed stream are found here at the latest.
int finish(int code) {
    errno = 0;
    const bool before = std::ferror(stdout);
    // Why a write failed before is not kept, but the next one fails for the same reason.
    int reason = before && write(STDOUT_FILENO, "\n", 1) < 0 ? errno : 0;
    if (std::fclose(stdout) == 0 && !before) return code;
    if (!reason) reason = errno;
    complain(std::string("rmapcheck: standard output cannot be written") +
             (reason ? std::string(": ") + std::strerror(reason) : ""));
    return exit_bad_input;
}

// A file that is opened later must not take the place of a stream that is closed, and a limit on the size of files is
// an error of the write, not the end of the program.
void keep_streams() {
    std::signal(SIGXFSZ, SIG_IGN);
    for (int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
        if (fcntl(stream, F_GETFD) < 0) open("/dev/null", stream == STDIN_FILENO ? O_WRONLY : O_RDONLY);
}

} // namespace

int main(int argc, char** argv) {
    keep_streams();
    Shared shared;
    try {
        return finish(read_command_line(argc, argv, verbs, shared)());
    } catch (const std::exception& e) {
        return finish(failed(e));
    }
}
