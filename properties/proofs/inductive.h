// An invariant over the pair machine, and what is asked about it.
#pragma once

#include "properties/proofs/pair.h"
#include "properties/proofs/theorem.h"

namespace properties::proofs {

// A step that keeps the invariant only under a premise, and what shows that the premise is needed.
struct Exception {
    std::string operation, name;                                      // of the case
    std::string premise;                                              // in words
    Formula (*holds)(const Pair& before, const Case& step) = nullptr; // none: the premise rules the step out
    // Values that a trace can be made of: small ranges, low addresses.
    Formula (*playable)(const Pair& before, const Case& step) = nullptr;
    // None where another case of the same operation shows the same.
    std::string (*trace)(const Values&) = nullptr;
    std::string part; // of the name of the question, where one step is shown to fail in more than one way
};

struct Inductive {
    std::string name; // of the theorem
    Formula (*invariant)(const Pair&) = nullptr;
    Formula (*finds)(const Pair&) = nullptr; // does the walk, asking by this item, reach the entry's VMA?
    std::vector<Exception> exceptions;
    // What a break must lose: an entry that `naive` finds; or, of `naive` itself, an entry that exists.
    bool beside_naive = true;
};

// Base, one question for each case of each operation (with its premise, if it has one), and the conclusion.
std::vector<Query> inductive_queries(const Inductive& proof);
// For each exception, the step without its premise: the entry must be lost.
std::vector<Break> inductive_breaks(const Inductive& proof);

} // namespace properties::proofs
