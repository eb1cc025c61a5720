// The pair machine of a mended kernel (model::Mends, the walk of the set): each piece changes cases of the kernel's, or
// rules them out.
//
// The pair is here an entry and what was *recorded* when it was merged: anon_vma and index, in the list of its page,
// whether an item or a lead has them. An entry gets such a record when it is merged, and its copies have the same one;
// that it is never without is what is proved, so that a walk that finds an entry by its record finds every entry.
#pragma once

#include "checker/mend/loss.h"
#include "properties/proofs/pair.h"
#include "properties/proofs/theorem.h"

namespace properties::proofs {

// The piece with this name. Throws std::logic_error if there is none.
checker::PieceSet piece(std::string_view name);

std::vector<Case> mended_cases(const Pair& before, checker::PieceSet set);

// A step that loses the entry where a piece of the set is left out.
struct LeftOut {
    checker::PieceSet piece = 0;
    std::string operation, name; // of the case
    std::string premise;         // what the piece does for the step, in words
    Formula (*playable)(const Pair& before, const Case& step) = nullptr;
    std::string (*trace)(const Values&) = nullptr;
    Formula (*before)(const Pair&) = nullptr; // what holds without the piece; none: the invariant of the proof
    Formula (*finds)(const Pair&) = nullptr;  // the walk without the piece; none: that of the proof
};

struct MendedProof {
    std::string name; // of the theorem
    checker::PieceSet set = 0;
    Formula (*invariant)(const Pair&) = nullptr; // of every entry and its record
    Formula (*finds)(const Pair&) = nullptr;     // does the walk, asking by this record, reach the entry?
    std::vector<LeftOut> needed;                 // every piece
};

// Base, one question for each case of each operation, and the conclusion, of every entry that maps the page.
std::vector<Query> mended_queries(const MendedProof& proof);
std::vector<Break> mended_breaks(const MendedProof& proof);

// The walks of sets: the address that the VMA gives to the recorded index; or that of the item.
Formula hits_entry(const Pair& p);
Formula meets_entry_at_item(const Pair& p);

} // namespace properties::proofs
