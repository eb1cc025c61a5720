// What must hold of every sequence, and what a campaign must have seen to count.
//
// Held to as well, and listed elsewhere: the model's own invariants (model/invariants.h), and each walk strategy's
// claim (checker/walks/walks.cpp). To add a property or a witness: its function, and its line in the list.
#pragma once

#include "checker/search/property.h"

namespace properties {

std::span<const checker::Property> properties();
std::span<const checker::RunProperty> run_properties();
std::span<const checker::Witness> witnesses();

inline checker::Lists lists() { return {properties(), run_properties(), witnesses()}; }

} // namespace properties
