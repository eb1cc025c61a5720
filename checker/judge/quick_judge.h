// The judge, for states by the million: only pages of KSM, only the question whether a strategy finds less than the
// reference, and page tables are read only when it seems to. What it then says is the judge's word (checker/judge/judge.h).
#pragma once

#include <span>

#include "checker/judge/judge.h"

namespace checker::inline search::scope {

// Bit n: strategies[n] is refuted in this state. Only strategies whose bit is in `asked` are looked at.
std::uint32_t refuted_here(const model::Kernel& k, std::span<const Strategy* const> strategies, std::uint32_t asked);

} // namespace checker::inline search::scope
