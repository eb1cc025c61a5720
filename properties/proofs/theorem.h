// A theorem: what it says, what it asks the solver, and a change of it that must be refuted.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "properties/proofs/solver.h"

// Named only: the arithmetic theorems are compiled beside other arithmetic, which nothing here may bring along.
namespace checker::inline walks {
struct Strategy;
}
namespace checker::inline mend {
enum class Goal : std::uint8_t;
using PieceSet = std::uint32_t;
} // namespace checker::inline mend

namespace properties::proofs {

// What a set of pieces of a mend reaches.
struct Mend {
    checker::PieceSet set = 0;
    checker::Goal goal{};
};

// A step of a machine that does not keep a strategy's invariant without a premise. The question, which leaves the
// premise out, must be refuted; the solver's values become a trace, and the trace must show the miss. Where
// a piece of a mend is left out, the mended kernel with the piece must not lose an entry along it.
struct Break {
    std::string operation;                         // as traces write it
    std::string premise;                           // what the strategy needs of the operation or of the state, in words
    Query query;                                   // must be refuted
    std::string (*trace)(const Values&) = nullptr; // its last step is the walk that shows the miss
    Mend mended{};                                 // with what is left out
    checker::PieceSet left_out = 0;                // none: the kernel as it is, and the theorem's strategy
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
    std::vector<Mend> (*mends)() = nullptr; // that it says reach their goals
};

// THE list is in theorems.cpp: first the arithmetic, then those about strategies, then those about mends.
std::span<const Theorem* const> all_theorems();
// The name of the strategy that names this theorem; empty: it is about the arithmetic alone.
std::string_view strategy_of(const Theorem& t);
// The theorem that a strategy names; none: nothing is proved of it.
const Theorem* theorem_of(const checker::Strategy& s);

} // namespace properties::proofs
