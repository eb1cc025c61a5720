// The frontier: the minimal sets that reach a goal, as far as every tier can tell, and what each costs.
//
// The lattice of sets is tried against the corpora first, which costs seconds. What is left is tried by random
// sequences with operations in flight, and then in a small scope, one set after the other: what refutes one is made
// short and joins the sequences that all sets are tried against, so that none is tried by a dear tier that a cheap one
// can refute, nor a superset of one that reaches the goal.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "checker/mend/lattice.h"
#include "checker/mend/price.h"
#include "checker/support/progress.h"

namespace checker::inline mend {

struct MendOptions {
    model::Rules rules = model::default_version().rules;
    std::vector<TriedSequence> corpora;
    PieceSet pieces = all_pieces;
    std::optional<PieceSet> set; // this one alone, whether or not it is minimal: no lattice is tried
    std::vector<Goal> goals{Goal::covers, Goal::exact};
    std::uint64_t seed = 1;
    std::uint64_t runs = 20000; // random sequences that each set has to stand
    unsigned depth = 5;         // of the scope that each set has to stand
    double seconds = 0;         // for all; 0: as long as it takes
    unsigned jobs = 1;
    bool prices = true; // measure what a set costs
    Tell progress = [](const HowFar&) {};
};

// A set that nothing refuted.
struct Reached {
    PieceSet set = 0;
    std::uint64_t runs = 0, operations = 0; // random, that it stood
    std::string scope;                      // that it stood; empty: it was not asked, or not to the end
    std::uint64_t states = 0;
    bool all_asked = false; // every tier, to its end
    Price price;
};

// A lower bound: no set without any of these pieces reaches the goal. Shown by the shortest sequence on which the set
// of all others loses an entry.
struct LowerBound {
    PieceSet without = 0;
    TriedSequence shown_by;
};

struct GoalReport {
    Goal goal = Goal::covers;
    std::vector<Reached> frontier;    // the smaller sets first
    std::uint64_t sets = 0;           // that were tried
    std::uint64_t played = 0;         // sequences
    std::vector<TriedSequence> found; // that refuted a set here, and are in no corpus
    std::vector<LowerBound> bounds;   // the smaller ones first; where nothing reaches the goal: one, without pieces
    bool finished = false;            // else time was up, or the user interrupted
};

struct MendReport {
    std::vector<GoalReport> goals;
    std::uint64_t corpora = 0; // sequences
    double seconds = 0;
    bool interrupted = false;
};

// Throws model::Broken where a mended machine breaks an invariant of the model.
MendReport find_frontier(const MendOptions& options);

} // namespace checker::inline mend
