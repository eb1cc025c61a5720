#include "checker/walks/walks.h"
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

std::string_view strategy_of(const Theorem& t) {
    for (const checker::Strategy& s : checker::every_strategy())
        if (s.theorem == t.name) return s.name;
    return {};
}

const Theorem* theorem_of(const checker::Strategy& s) {
    for (const Theorem* t : all_theorems())
        if (t->name == s.theorem) return t;
    return nullptr;
}

} // namespace properties::proofs
