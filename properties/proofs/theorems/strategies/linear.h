// linear-index and linear-index-union ask for the same offset, and are proved by the same invariant.
#pragma once

#include "properties/proofs/theorems/strategies/list.h"

namespace properties::proofs::theorems {

// The index recorded at merge is the index that the page has in the VMA around the entry.
Formula linear_is_recorded(const Pair& p);
Inductive linear_proof(std::string name);

} // namespace properties::proofs::theorems
