#include "checker/walks/walks.h"
#include "properties/proofs/theorem.h"

#include "properties/proofs/theorems/arithmetic/list.h"
#include "properties/proofs/theorems/mends/list.h"
#include "properties/proofs/theorems/strategies/list.h"

namespace properties::proofs {

std::span<const Theorem* const> all_theorems() {
    static const std::vector<const Theorem*> list = [] {
        std::vector<const Theorem*> all;
        for (const auto& some : {theorems::arithmetic(), theorems::strategies(), theorems::mends()})
            all.insert(all.end(), some.begin(), some.end());
        return all;
    }();
    return list;
}

std::string_view strategy_of(const Theorem& t) {
    for (const auto& some : {checker::every_strategy(), checker::mending_strategies()})
        for (const checker::Strategy& s : some)
            if (s.theorem == t.name) return s.name;
    return {};
}

const Theorem* theorem_of(const checker::Strategy& s) {
    for (const Theorem* t : all_theorems())
        if (t->name == s.theorem) return t;
    return nullptr;
}

} // namespace properties::proofs
