// A theorem: what it says, what it asks the solver, and a change of it that must be refuted.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "properties/proofs/solver.h"

namespace checker::inline walks {
struct Strategy;
}

namespace properties::proofs {

// A step of a machine that does not keep a strategy's invariant without a premise. The question, which leaves the
// premise out, must be refuted; the solver's values become a trace, and the trace must show the miss.
struct Break {
    std::string operation;                         // as traces write it
    std::string premise;                           // what the strategy needs of the operation or of the state, in words
    Query query;                                   // must be refuted
    std::string (*trace)(const Values&) = nullptr; // its last step is the walk that shows the miss
};

// The solver is asked for the queries, all of which must be proved, and for the control, which must be refuted: a
// control is a member that cannot be left out.
struct Theorem {
    std::string_view name;
    std::string_view sentence;
    std::string_view premises;
    std::vector<Query> (&queries)();
    Query (&control)();
    std::vector<Break> (*breaks)() = nullptr;
};

// THE list is in theorems.cpp: first the arithmetic, then those about strategies.
std::span<const Theorem* const> all_theorems();
// The name of the strategy that names this theorem; empty: it is about the arithmetic alone.
std::string_view strategy_of(const Theorem& t);
// The theorem that a strategy names; none: nothing is proved of it.
const Theorem* theorem_of(const checker::Strategy& s);

} // namespace properties::proofs
