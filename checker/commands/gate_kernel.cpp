#include <fmt/format.h>

#include "checker/commands/gate.h"
#include "checker/guest/gate_kernel.h"

namespace checker {

int gate_of_a_kernel(const Shared& shared, const KernelGateOptions& options) {
    guest::GuestOptions how;
    how.kernel = options.kernel;
    how.patches = options.patches;
    how.cache = options.cache;
    std::vector<std::string> paths = options.traces;
    if (paths.empty())
        for (const char* folder : {"history", "strategies", "found"})
            for (std::string& p : traces_below(corpora_folder(options.corpora) + "/" + folder)) paths.push_back(std::move(p));
    for (const std::string& p : paths) how.traces.push_back(model::load_trace(p));
    if (!shared.quiet) how.progress = [](const std::string& line) { fmt::print(stderr, "{}\n", line); };
    const guest::GuestReport report = guest::gate_kernel(how);
    if (!report.message.empty()) fmt::print(stderr, "{}\n", report.message);
    if (shared.json)
        fmt::print("{}\n", report.json.dump(2));
    else {
        fmt::print("{}", report.text);
        if (!report.reproduce.empty()) fmt::print("{}\n", report.reproduce);
    }
    return report.exit_code;
}

} // namespace checker
