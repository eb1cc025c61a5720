// The verb `prove`: the Z3 theorems, as a ledger.
#pragma once

#include "checker/commands/verb.h"

namespace properties {

// Exit codes: 0 everything is proved, every control refuted, every counterexample replayed; 1 a theorem is refuted, or
// a strategy named with --strategy misses what naive finds; 3 an answer is vacuous, an error, or does not replay: a
// defect of rmapcheck; 125 the solver could not tell, or no theorem is about a strategy named with --strategy.
std::function<int()> setup_prove(checker::CommandLine& line, const checker::Shared& shared);

} // namespace properties
