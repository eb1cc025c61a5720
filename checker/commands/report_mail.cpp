// `rmapcheck report TRACE --kernel TREE --to DIR`: what a kernel does with one trace, as a folder that can be mailed.
#include <fmt/format.h>

#include <filesystem>

#include "checker/commands/progress.h"
#include "checker/commands/report_mail.h"
#include "checker/gate/kernel.h"
#include "checker/kernels/export/exporters.h"
#include "checker/kernels/uml/gate_kernel.h"
#include "checker/report/findings.h"
#include "checker/report/json.h"
#include "checker/report/letter.h"
#include "checker/support/files.h"
#include "checker/support/interrupt.h"
#include "checker/viewer/found_page.h"
#include "model/text/printable.h"

namespace checker::inline commands {
namespace {

namespace fs = std::filesystem;

void require_all(const MailOptions& o) {
    if (o.traces.size() != 1)
        throw model::BadInput(o.traces.empty() ? "report --kernel: no trace is given" : "report: more than one trace",
                              "report TRACE --kernel TREE --to DIR, or report --page NAME");
    if (o.kernel.empty()) throw model::BadInput("report TRACE needs a kernel", "--kernel TREE, or --kernel debian");
    if (o.to.empty()) throw model::BadInput("report TRACE needs a folder to write to", "--to DIR");
}

kernels::uml::GuestOptions guest_for(const Shared& shared, const MailOptions& o, const model::Trace& trace,
                                     ProgressLine& line) {
    kernels::uml::GuestOptions how;
    how.traces = {trace};
    how.cache = o.cache;
    how.seconds = o.seconds;
    how.minimize = false; // it is this trace that is reported
    how.timing = false;
    how.effects = true;
    how.program = [&trace](const model::Config& config) { return kernels::find_exporter("c")->text({trace, config}); };
    how.progress = {progress_lines(shared, &line), line.teller()};
    return how;
}

// The other kernel; why it could not be tried is a result like others. A tree that is not there has been found before.
struct Good {
    std::optional<kernels::uml::Findings> findings;
    std::string why_not;
};
Good try_good(const Shared& shared, const MailOptions& o, const model::Trace& trace, ProgressLine& line) {
    if (o.good.empty()) return {};
    kernels::uml::GuestOptions how = guest_for(shared, o, trace, line);
    how.kernel = o.good;
    try {
        return {kernels::uml::gate_kernel(how), {}};
    } catch (const model::CannotTell& cannot) {
        if (interrupted()) throw;
        return {{}, cannot.what()};
    }
}

// What is written, in this order; the mail last, for it says what the others are.
std::vector<std::pair<std::string, std::string>> files_of(const Letter& letter) {
    const std::string trace = fs::path(letter.trace.path).stem().string() + ".trace";
    std::vector<std::pair<std::string, std::string>> files{{trace, model::to_text(letter.trace)},
                                                           {"log.txt", letter_log(letter)}};
    if (!letter.findings.program.empty()) files.emplace_back("reproducer.c", letter.findings.program);
    files.emplace_back("mail.txt", letter_text(letter));
    return files;
}

int said(const Shared& shared, const MailOptions& o, const kernels::uml::Findings& f, const std::string& summary) {
    const Standing standing = standing_of(f);
    if (standing == Standing::cannot_tell)
        fmt::print(stderr, "could not tell: {}\n", model::printable(kernels::uml::why_silent(f)));
    if (shared.json)
        fmt::print("{}", summary);
    else
        fmt::print("{}\n{}/mail.txt\n", model::printable(findings_summary(f)), model::printable(o.to));
    if (!shared.json && standing == Standing::refuted) fmt::print("{}\n", command_line(f.reproduce));
    return standing == Standing::holds     ? exit_agreement
           : standing == Standing::refuted ? exit_disagreement
                                           : exit_cannot_tell;
}

} // namespace

void add_mail_options(CommandLine& line, MailOptions& o) {
    line.optional_arguments("TRACE", o.traces, "report this trace on a kernel");
    line.value("--kernel", o.kernel, "with TRACE: a source tree, an archive, or `debian`");
    line.repeated("--patch", o.patches, "with TRACE: a patch of it that is judged; repeatable, in order");
    line.repeated("--base", o.base, "with --patch: a patch of the kernel that is the reference; repeatable, in order");
    line.value("--good", o.good, "with TRACE: another kernel that is tried beside it");
    line.value("--to", o.to, "with TRACE: the folder for mail.txt, reproducer.c, the trace, log.txt and summary.json");
    line.value("--html", o.html, "with TRACE: a page for a browser of the trace");
    line.value("--budget", o.seconds, "with TRACE: the time for each kernel; 0: no limit");
    line.value("--cache", o.cache, "with TRACE: where kernels are kept");
}

bool asks_for_mail(const MailOptions& o) {
    return !o.traces.empty() || !o.kernel.empty() || !o.good.empty() || !o.to.empty() || !o.patches.empty() ||
           !o.base.empty() || !o.html.empty();
}

int report_by_mail(const Shared& shared, const MailOptions& o) {
    require_all(o);
    const model::Trace trace = model::load_trace(o.traces.front());
    make_folder(o.to);
    if (!o.html.empty()) require_writable(o.html);
    catch_interrupts();
    if (!o.good.empty()) kernels::uml::require_tree(o.good, o.cache);
    ProgressLine line(shared);
    kernels::uml::GuestOptions how = guest_for(shared, o, trace, line);
    how.kernel = o.kernel;
    how.base = o.base;
    how.patches = o.patches;
    const kernels::uml::Findings findings = kernels::uml::gate_kernel(how);
    const Good good = try_good(shared, o, trace, line);
    line.wipe();
    const Letter letter{trace, findings, good.findings ? &*good.findings : nullptr, good.why_not};
    Outputs outputs;
    std::vector<std::string> names;
    for (const auto& [name, text] : files_of(letter)) {
        outputs.write(o.to + "/" + name, text);
        names.push_back(name);
    }
    names.emplace_back("summary.json");
    const std::string summary = json_text(letter_json(letter, names)) + "\n";
    outputs.write(o.to + "/summary.json", summary);
    if (!o.html.empty()) outputs.write(o.html, page_on_kernel(trace, findings));
    const int code = said(shared, o, findings, summary);
    outputs.complain();
    return code;
}

} // namespace checker::inline commands
