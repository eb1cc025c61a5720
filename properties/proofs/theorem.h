// A theorem: what it says, what it asks the solver, and a change of it that must be refuted.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "properties/proofs/solver.h"

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
    std::string_view strategy; // of the catalogue; empty: about the arithmetic alone
    std::vector<Query> (&queries)();
    Query (&control)();
    std::vector<Break> (*breaks)() = nullptr;
};

// THE list is in theorems.cpp: first the arithmetic, then one theorem for each strategy.
std::span<const Theorem* const> all_theorems();

} // namespace properties::proofs
