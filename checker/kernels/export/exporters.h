// THE list of exporters: each writes a trace in a form that others read. To add one: its file in this folder, which
// defines a function that returns its record, and its line in exporters.cpp; `export --to NAME` then knows it.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "model/config.h"
#include "model/trace/trace.h"

namespace checker::kernels {

struct ToExport {
    const model::Trace& trace;   // which can be played under the rules of
    const model::Config& config; // the kernel that it is written for
};

struct Exporter {
    std::string_view name; // what `export --to` takes
    std::string_view what; // in half a line
    // The whole text of the file. Throws model::BadInput, with the line, where a step has no such form.
    std::string (*text)(const ToExport&);
};

std::span<const Exporter> exporters();
// The exporter of that name, or null.
const Exporter* find_exporter(std::string_view name);

} // namespace checker::kernels
