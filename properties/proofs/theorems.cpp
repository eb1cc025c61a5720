#include "properties/proofs/theorem.h"

#include "properties/proofs/theorems/arithmetic/list.h"
#include "properties/proofs/theorems/strategies/list.h"

namespace properties::proofs {

std::span<const Theorem* const> all_theorems() {
    static const std::vector<const Theorem*> list = [] {
        const auto arithmetic = theorems::arithmetic(), strategies = theorems::strategies();
        std::vector<const Theorem*> both(arithmetic.begin(), arithmetic.end());
        both.insert(both.end(), strategies.begin(), strategies.end());
        return both;
    }();
    return list;
}

} // namespace properties::proofs
