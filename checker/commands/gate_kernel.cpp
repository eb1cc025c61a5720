#include <fmt/format.h>

#include <filesystem>
#include <random>

#include "checker/commands/gate.h"
#include "checker/commands/progress.h"
#include "checker/gate/kernel.h"
#include "checker/judge/runner.h"
#include "checker/report/forms.h"
#include "checker/support/files.h"
#include "checker/support/interrupt.h"
#include "checker/viewer/found_page.h"
#include "model/text/printable.h"

namespace checker::inline commands {
void add_kernel_options(CommandLine& line, KernelGateOptions& o) {
    line.value("--kernel", o.guest.kernel, "judge the walk of this kernel: a source tree, an archive, or `debian`");
    line.repeated("--patch", o.guest.patches,
                  "with --kernel: a diff, a mailbox or an edit script; repeatable, in order");
    line.repeated("--base", o.guest.base,
                  "with --patch: a patch of the kernel that is the reference; repeatable, in order");
    line.value("--random", o.guest.random, "with --kernel: play so many random sequences as well");
    line.flag("--no-time", o.no_time, "with --kernel: do not measure walks with thousands of VMAs");
    line.flag("--effects", o.guest.effects, "with --kernel: try what becomes of entries that its walk misses");
    line.value("--save", o.guest.save, "with --kernel: the folder for the minimized trace (default: here)");
    line.repeated("--trace", o.traces, "with --kernel: play this trace instead of the corpora; repeatable");
    std::string forms;
    for (const std::string& f : findings_forms()) forms += (forms.empty() ? "" : ", ") + f;
    line.value("--format", o.format, "with --kernel: what is printed: " + forms, {findings_forms(), {}, {}});
    line.value(
        "--shard", o.shard,
        "I/N, with --kernel: play every N-th trace and random sequence only, from the I-th on (`merge` puts them "
        "together)");
    line.value("--html", o.html, "with --kernel: write a page for a browser of the trace in which it loses an entry");
    line.value("--cache", o.guest.cache, "with --kernel: where kernels are kept");
}

kernels::uml::Findings findings_of_a_kernel(const Shared& shared, const KernelGateOptions& options) {
    kernels::uml::GuestOptions how = options.guest;
    how.seed = shared.seed ? shared.seed : std::random_device{}();
    how.timing = !options.no_time;
    if (!options.shard.empty()) how.shard = read_shard(options.shard);
    if (!how.shard.all() && how.random && !shared.seed)
        throw model::BadInput("--shard: the shares of one gate have one seed", "--seed N with it");
    if (!how.shard.all() && !shared.json && options.format != "json")
        throw model::BadInput("--shard: a share alone says nothing", "--json with it, and `merge` of all shares");
    if (!how.save.empty()) make_folder(how.save);
    if (!options.html.empty()) require_writable(options.html);
    catch_interrupts();
    std::vector<std::string> paths = options.traces;
    if (paths.empty())
        for (const char* folder : {"history", "strategies", "found", "explored"})
            for (std::string& p : traces_below(corpora_folder(options.corpora) + "/" + folder))
                paths.push_back(std::move(p));
    for (const std::string& p : paths) how.traces.push_back(model::load_trace(p));
    ProgressLine line(shared);
    how.progress = {progress_lines(shared, &line), line.teller()};
    return kernels::uml::gate_kernel(how);
}

namespace {

// Of the smallest trace in which the kernel was found to lose something. Nothing is lost: nothing is written.
void write_page(const std::string& path, kernels::uml::Findings& f) {
    if (path.empty() || f.smallest_path.empty()) return;
    model::Trace trace = f.smallest ? *f.smallest : model::load_trace(f.smallest_path);
    trace.path = f.smallest_path;
    f.outputs.write(path, page_on_kernel(std::move(trace), f));
}

} // namespace

int gate_of_a_kernel(const Shared& shared, const KernelGateOptions& options) {
    kernels::uml::Findings findings = findings_of_a_kernel(shared, options);
    write_page(options.html, findings);
    const Standing standing = standing_of(findings);
    const std::string form = shared.json ? "json" : options.format;
    if (standing == Standing::cannot_tell)
        fmt::print(stderr, "could not tell: {}\n", model::printable(kernels::uml::why_silent(findings)));
    fmt::print("{}", findings_in(form, findings));
    findings.outputs.complain();
    if (form == "text" && standing == Standing::refuted) fmt::print("{}\n", command_line(findings.reproduce));
    return standing == Standing::holds     ? exit_agreement
           : standing == Standing::refuted ? exit_disagreement
                                           : exit_cannot_tell;
}

} // namespace checker::inline commands
