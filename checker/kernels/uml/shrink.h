// The smallest trace on which a candidate kernel still loses an entry, found by playing variants in the kernels.
#pragma once

#include <functional>
#include <vector>

#include "model/trace/trace.h"

namespace checker::kernels::uml {

// Which of these variants still show it?
using Shows = std::function<std::vector<bool>(const std::vector<model::Trace>&)>;

// Takes away steps as long as any can go. Variants are tried many at a time: a boot costs more than a trace.
model::Trace shrink(const model::Trace& trace, const Shows& shows);

} // namespace checker::kernels::uml
