#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "checker/commands/verb.h"
#include "checker/kernels/export/exporters.h"
#include "checker/support/files.h"

namespace checker::inline commands {
namespace {

struct ExportArguments {
    std::string to, trace, output;
    model::Config config;
    const model::KernelVersion* kernel = &model::default_version();
};

int export_trace(const Shared& shared, const ExportArguments& o) {
    const kernels::Exporter* exporter = kernels::find_exporter(o.to);
    if (!exporter) { // the parser knows which there are
        std::string names;
        for (const kernels::Exporter& e : kernels::exporters())
            names += (names.empty() ? "" : ", ") + std::string(e.name);
        throw model::BadInput("export: --to is not given", names);
    }
    if (!o.output.empty()) require_writable(o.output);
    const model::Trace trace = model::load_trace(o.trace);
    model::Config config = o.config;
    config.rules = o.kernel->rules;
    model::require_playable(trace, config);
    const std::string text = exporter->text({trace, config});
    if (!o.output.empty()) write_output(o.output, text);
    print_result(shared, {{"to", exporter->name}, {"text", text}, {"saved", o.output}}, o.output.empty() ? text : "");
    return exit_agreement;
}

} // namespace

std::function<int()> setup_export(CommandLine& line, const Shared& shared) {
    auto o = std::make_shared<ExportArguments>();
    Allowed names;
    std::string what;
    for (const kernels::Exporter& e : kernels::exporters()) {
        names.words.emplace_back(e.name);
        what += fmt::format("{}{} ({})", what.empty() ? "" : "; ", e.name, e.what);
    }
    line.argument("TRACE", o->trace, "the trace");
    line.value("--to", o->to, what, names);
    line.value("-o,--output", o->output, "write it here, instead of printing it");
    line.limits(o->config);
    line.kernel_version(o->kernel);
    return [o, &shared] { return export_trace(shared, *o); };
}

} // namespace checker::inline commands
