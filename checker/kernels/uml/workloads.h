// What the walk costs: traces with thousands of VMAs on one anon_vma, played like any other.
#pragma once

#include <string>
#include <vector>

#include "model/trace/trace.h"

namespace checker::kernels::uml {

// Each path says what it is.
std::vector<model::Trace> cost_workloads();

} // namespace checker::kernels::uml
