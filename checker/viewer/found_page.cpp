#include "checker/viewer/found_page.h"

#include "checker/report/findings.h"
#include "checker/viewer/recorder.h"
#include "model/text/printable.h"

namespace checker::inline viewer {

RecordedRun run_recorded(const model::Trace& trace, RunOptions how) {
    PageRecorder recorder(trace);
    recorder.watch(how);
    RunReport report = run_trace(trace, how);
    std::string page = recorder.page(report);
    return {std::move(report), std::move(page)};
}

std::string page_of_found(const std::string& trace, const std::string& name, const model::Config& config,
                          const Strategy* candidate) {
    RunOptions how;
    how.config = config;
    if (candidate) how.strategies = {&reference(*candidate->kind)};
    if (candidate && !is_reference(*candidate)) how.strategies.push_back(candidate);
    how.judge_at_end = false;
    how.keep_partial = true;
    return run_recorded(model::read_trace(trace, name), std::move(how)).page; // read: lines have numbers then
}

std::string page_on_kernel(model::Trace trace, const kernels::uml::Findings& findings) {
    trace.remarks.insert(trace.remarks.begin(),
                         {0, "# On the kernel: " + model::printable(findings_summary(findings)) + ".", 0});
    const std::string name = trace.path.substr(trace.path.rfind('/') + 1);
    return page_of_found(model::to_text(trace), name, findings.config, find_strategy(findings.strategy));
}

std::string save_page(const std::string& trace, const std::string& name, const model::Config& config,
                      const Strategy* candidate, const std::string& folder, Outputs& outputs) {
    if (folder.empty()) return {};
    const std::string path = folder + "/" + name + ".html";
    return outputs.write(path, page_of_found(trace, name, config, candidate)) ? path : "";
}

} // namespace checker::inline viewer
