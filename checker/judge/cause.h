// Why does a walk lose an entry? The signature of a disagreement, made of facts about the walk and the state, not of
// the trace that led there: two disagreements with one cause are one finding.
//
// Facts are small enumerations (checker/walks/facts.h; their words are in cause.cpp). A cause holds only those that can
// tell the rules of its strategy apart: the strategy names them.
#pragma once

#include <array>
#include <compare>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "checker/judge/judge.h"

namespace checker::inline judge {

struct Cause {
    const Strategy* strategy = nullptr;
    Facts facts{}; // 0: not part of the cause

    friend auto operator<=>(const Cause& a, const Cause& b) { // the catalogue is an array
        if (auto c = a.strategy <=> b.strategy; c != 0) return c;
        return a.facts <=> b.facts;
    }
    friend bool operator==(const Cause&, const Cause&) = default;
};

// "regressed own-item record-stale swapped-in"
std::string to_text(const Cause& cause);
// A sentence for each fact.
std::string explained(const Cause& cause);

// The sentence for a word of to_text(); empty if it is none.
std::string_view sentence_for(std::string_view word);

// A disagreement on one entry.
struct Disagreement {
    Cause cause;
    MappedAt entry;
};

// What an operation, just played, does to entries that map KSM pages now and did not before.
Arrival arrival_by(const model::Operation& op, const model::Kernel& after, MappedAt entry,
                   model::Id<model::Folio> folio);

// The cause of what the verdict of this folio says of one entry: missed by the reference itself, or by the strategy
// though the reference finds it. `arrival` is left out if it does not matter.
Cause cause_of_miss(const model::Kernel& k, const Strategy& s, model::Id<model::Folio> folio, MappedAt entry,
                    Arrival arrival);
// The cause of a walk having read a freed VMA.
Cause cause_of_freed_vma(const model::Kernel& k, const Strategy& s, model::Id<model::Folio> folio);
// The cause of a walk that visits more than its bound allows, and its fact `kind`.
Cause cause_of_cost(const Strategy& s);
inline constexpr std::uint8_t kind_over_bound = 4;
// The same cause of a disagreement that ends when what is in flight is over, or of one that does not.
Cause at_a_point(Cause cause, bool is = true);
// Does this page-table entry map a page that the walk does not find there?
bool is_missed(const model::Kernel& k, const Strategy& s, MappedAt entry);
// And does the reference find it, if the walk is not its own?
bool disagrees(const model::Kernel& k, const Strategy& s, MappedAt entry);
// Does the cause ask how the page arrived?
bool asks_for_arrival(const Strategy& s);

} // namespace checker::inline judge
