#include <fmt/format.h>

#include <random>

#include "checker/commands/gate.h"
#include "checker/kernels/uml/gate_kernel.h"
#include "checker/support/interrupt.h"

namespace checker::inline commands {

void add_kernel_options(CommandLine& line, KernelGateOptions& o) {
    line.value("--kernel", o.kernel, "judge the walk of this kernel: a source tree, an archive, or `debian`");
    line.repeated("--patch", o.patches, "with --kernel: a diff, a mailbox or an edit script; repeatable, in order");
    line.repeated("--base", o.base, "with --patch: a patch of the kernel that is the reference; repeatable, in order");
    line.value("--random", o.random, "with --kernel: play so many random sequences as well");
    line.flag("--no-time", o.no_time, "with --kernel: do not measure walks with thousands of VMAs");
    line.value("--save", o.save, "with --kernel: the folder for the minimized trace (default: here)");
    line.repeated("--trace", o.traces, "with --kernel: play this trace instead of the corpora; repeatable");
    line.value("--cache", o.cache, "with --kernel: where kernels are kept");
}

int gate_of_a_kernel(const Shared& shared, const KernelGateOptions& options) {
    kernels::uml::GuestOptions how;
    how.kernel = options.kernel;
    how.base = options.base;
    how.patches = options.patches;
    how.cache = options.cache;
    how.save = options.save;
    how.random = options.random;
    how.seed = shared.seed ? shared.seed : std::random_device{}();
    how.timing = !options.no_time;
    catch_interrupts();
    std::vector<std::string> paths = options.traces;
    if (paths.empty())
        for (const char* folder : {"history", "strategies", "found", "explored"})
            for (std::string& p : traces_below(corpora_folder(options.corpora) + "/" + folder))
                paths.push_back(std::move(p));
    for (const std::string& p : paths) how.traces.push_back(model::load_trace(p));
    if (!shared.quiet) how.progress = [](const std::string& line) { fmt::print(stderr, "{}\n", line); };
    const kernels::uml::GuestReport report = kernels::uml::gate_kernel(how);
    if (!report.message.empty()) fmt::print(stderr, "{}\n", report.message);
    if (shared.json)
        fmt::print("{}\n", report.json.dump(2));
    else {
        fmt::print("{}", report.text);
        if (!report.reproduce.empty()) fmt::print("{}\n", report.reproduce);
    }
    return report.exit_code;
}

} // namespace checker::inline commands
