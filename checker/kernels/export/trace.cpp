// trace: the trace itself, as rmapcheck writes it, in which every step says its result. One that it stated is kept; the
// others are the model's, so that the same trace can be held against a kernel of other rules.
#include "checker/kernels/export/exporters.h"

namespace checker::kernels {
namespace {

std::string with_results(const ToExport& what) {
    model::Trace trace = what.trace;
    model::Kernel k = model::boot(what.config);
    for (model::Step& step : trace.steps) {
        const model::Result result = model::at_step(what.trace, step, [&] { return model::play(k, step); });
        if (!step.expected) step.expected = result;
    }
    return model::to_text(trace);
}

} // namespace

Exporter trace_exporter() { return {"trace", "the trace, with the result of every step", with_results}; }

} // namespace checker::kernels
