// What a real kernel would be told of a trace, as text: an action a line.
#pragma once

#include <span>
#include <string>

#include "checker/facets/actions.h"
#include "model/ops.h"

namespace checker::kernels {

// Calls by number and name, arguments in hexadecimal: "1 mremap(0x10000, 0x1000, 0x2000, 0x3, 0x20000, 0x0) after
// ENOMEM".
std::string to_text(const Action& action);

// The whole trace. A step that no kernel can be told of is a line "# why".
std::string listing(std::span<const model::Step> steps);

} // namespace checker::kernels
