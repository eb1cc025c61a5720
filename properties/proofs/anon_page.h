// The machine of the theorems about ordinary anonymous pages: one page-table entry, the page that it maps, and the VMA
// around it, through every operation of the model.
//
// rmap_walk_anon() asks a tree for folio->index, and vma_address() says where the VMA has it; so whether it finds the
// entry depends on these three and on nothing else, as long as the VMA is in the tree that is asked. That it is, the
// invariants of the model check in every state (model/invariants.cpp).
#pragma once

#include <string>
#include <vector>

#include "properties/proofs/arithmetic.h"
#include "properties/proofs/theorem.h"

namespace properties::proofs {

struct AnonPage {
    Formula mapped; // the entry maps an ordinary page
    Formula kept;   // it is a swap entry or maps a KSM page: an ordinary page may come of it
    model::VpnOf<Int> at;
    model::PgoffOf<Int> index; // folio->index of the mapped page
    model::RangeOf<Int> v;     // the VMA around the entry
    Formula faulted;           // it has an anon_vma
};
inline Formula some_page(const AnonPage& p) { return p.mapped || p.kept; }

// An entry of which nothing is known; and what holds of every entry.
AnonPage any_anon_page();
Formula is_anon_page(const AnonPage& p);
// What every theorem of this machine rests on: the page lies in its VMA, which gives it its index.
Formula index_is_of_the_vma(const AnonPage& p);

// One way in which an operation changes it.
struct AnonCase {
    std::string operation; // as traces write it
    std::string name;
    Formula guard;
    AnonPage after;
};
// All of them; every operation of model/ops.h occurs.
std::vector<AnonCase> anon_cases(const AnonPage& before);

// A step that needs a premise, and what shows that it does.
struct AnonException {
    std::string operation, name;
    std::string premise;
    Formula (*holds)(const AnonPage& after) = nullptr;
    Formula (*playable)(const AnonPage& after) = nullptr;
    std::string (*trace)(const Values&) = nullptr;
};
struct AnonInductive {
    std::string name; // of the theorem
    Formula (*invariant)(const AnonPage&) = nullptr;
    Formula (*finds)(const AnonPage&) = nullptr;
    std::vector<AnonException> exceptions{};
};
// Base, one question for each case of each operation, and the conclusion; and each exception without its premise.
std::vector<Query> anon_queries(const AnonInductive& proof);
std::vector<Break> anon_breaks(const AnonInductive& proof);

} // namespace properties::proofs
