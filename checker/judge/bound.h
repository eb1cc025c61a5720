// What a walk may cost, by its strategy's own claim (Strategy::bound).
//
// It is counted from the chains of the trees, VMA by VMA: no interval is asked for, so that a walk that asks for too
// much is not held to its own mistake.
#pragma once

#include "checker/walks/walks.h"

namespace checker::inline judge {

// How many VMAs one walk of the folio may take from interval trees, both rounds together. Of a strategy that states no
// bound: any number.
std::uint64_t allowed_visits(const model::Kernel& k, const Strategy& s, model::Id<model::Folio> folio);

} // namespace checker::inline judge
