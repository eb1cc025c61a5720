#include <fmt/format.h>

#include <memory>

#include "checker/commands/progress.h"
#include "checker/report/json.h"
#include "checker/support/files.h"
#include "model/trace/import/strace.h"

namespace checker::inline commands {
namespace {

struct ImportArguments {
    std::string log, output;
    model::ImportOptions how;
};

nlohmann::json document(const model::ImportResult& result, const std::string& text, const std::string& saved) {
    nlohmann::json left_out = nlohmann::json::array();
    for (const auto& [reason, count] : result.left_out) left_out.push_back({{"reason", reason}, {"calls", count}});
    return {{"trace", text},
            {"saved", saved},
            {"calls", result.calls},
            {"stores", result.stores},
            {"processes", result.processes},
            {"left_out", std::move(left_out)}};
}

// The trace goes to a file, or to standard output; what was counted goes to standard error then.
int import(const Shared& shared, const ImportArguments& options) {
    if (!options.output.empty()) require_writable(options.output);
    ProgressLine line(shared);
    model::ImportOptions how = options.how;
    how.progress = line.counter(options.log);
    const model::ImportResult result = model::import_strace_file(options.log, how);
    line.wipe();
    const std::string text = model::to_text(result.trace);
    if (!options.output.empty()) write_output(options.output, text);
    if (shared.json) {
        fmt::print("{}\n", json_text(document(result, text, options.output)));
        return exit_agreement;
    }
    if (options.output.empty()) fmt::print("{}", text);
    if (shared.quiet) return exit_agreement;
    fmt::print(stderr, "{} calls imported, {} stores added, {} processes\n", result.calls, result.stores,
               result.processes);
    for (const auto& [reason, count] : result.left_out) fmt::print(stderr, "left out: {:>8}  {}\n", count, reason);
    return exit_agreement;
}

} // namespace

std::function<int()> setup_import(CommandLine& line, const Shared& shared) {
    auto options = std::make_shared<ImportArguments>();
    line.argument("FILE", options->log, "log of strace -f -o FILE -e trace=%memory,%process PROGRAM");
    line.value("--output,-o", options->output, "where the trace goes (default: standard output)");
    line.value("--touch", options->how.touch, "pages stored to when a range becomes writable");
    line.flag("--merge-any", options->how.merge_any, "begin with prctl(PR_SET_MEMORY_MERGE, 1)");
    line.value("--scan-every", options->how.scan_every, "a full scan and walks after that many calls");
    line.value("--final-scans", options->how.final_scans, "full scans at the end");
    line.value("--walks", options->how.walks, "walk lines after a scan, at most");
    line.limits(options->how.config);
    line.value("--limit", options->how.limit, "import only the first calls");
    return [options, &shared] { return import(shared, *options); };
}

} // namespace checker::inline commands
