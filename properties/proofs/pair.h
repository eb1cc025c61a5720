// The machine of the strategy theorems: one rmap_item and one page-table entry of the same KSM page, through every
// operation of the model.
//
// A walk takes an item's address and tree, and asks the tree for an offset; so whether it finds an entry depends on
// this item, this entry and the VMA around the entry, and on nothing else. What an operation can do to the three is a
// list of cases (pair.cpp), written with the arithmetic of model/arithmetic/pgoff.h. Addresses, offsets and sizes are
// any.
//
// "Responsible": among the items by which `naive` finds the entry, one answers for it: the entry's own, recorded where
// it is; for an entry that a fork copied, the item that answered for the original; and when that is gone, whichever is
// left. For a sharer of a page that is upgraded it is the item that is made then, if the sharer's VMA is in the tree of
// the anon_vma that the item holds.
//
// What the machine takes for granted, and run-time invariants check (model/invariants.cpp), is the shape of the trees:
// a VMA that maps a page is in the tree of every anon_vma that an item responsible for that page holds.
#pragma once

#include <string>
#include <vector>

#include "properties/proofs/arithmetic.h"

namespace properties::proofs {

using IntRange = model::RangeOf<Int>;
using IntPage = model::VpnOf<Int>;
using IntPgoff = model::PgoffOf<Int>;

struct Pair {
    // The item, and what was recorded when its page was merged.
    Formula listed;        // in the list of the page's stable node
    IntPage a;             // rmap_item->address
    IntPgoff rec_linear;   // linear_page_index(vma, address)
    IntPgoff rec_vm_pgoff; // vma->vm_pgoff
    Formula rec_bit;       // the offset is not address >> PAGE_SHIFT
    IntRange u;            // the VMA itself, as it is now
    Formula u_alive, u_faulted;
    // The entry.
    Formula mapped, swapped; // maps the KSM page; is a swap entry that the swap cache answers with the KSM page
    IntPage at;
    IntRange v;        // the VMA around it
    Formula mergeable; // VM_MERGEABLE of v
    Formula faulted;   // v has an anon_vma
    // Both.
    Formula own; // in the same process
    Formula responsible;
};

// A pair of which nothing is known.
Pair any_pair();
// What holds of every pair: ranges are ranges, the entry lies in its VMA, anonymous pages only in faulted VMAs.
Formula is_pair(const Pair& p);

inline Formula live(const Pair& p) { return p.mapped || p.swapped; }
// The item answers for the entry, and `naive` finds the entry by it (now, or when it is swapped in again).
inline Formula answers(const Pair& p) { return p.responsible && p.listed && live(p) && p.at.n == p.a.n; }

// What a case does, where a piece of a mend has it done otherwise (mended.h).
enum class Does : std::uint8_t {
    something_else,
    swaps_in,   // the entry maps what the swap cache has
    moves,      // the entry to another address
    forks,      // the entry is the child's copy
    records,    // the item, for another page than the entry's
    upgrades,   // a page that others share becomes a KSM page
    inherits,   // this item answers for the entry, because the one that did is gone
    unlists,    // the item
    unlists_all // items
};

// One way in which an operation changes a pair.
struct Case {
    std::string operation; // as traces write it
    std::string name;
    Formula guard;
    Pair after;
    // Cases that cut the VMA: the cut, if the entry stays above it.
    bool cuts_below = false;
    IntPage cut{};
    Does does = Does::something_else;
};
// All of them; every operation of model/ops.h occurs.
std::vector<Case> cases(const Pair& before);

// What a case that records an item anew takes for its VMA: `w`.
IntRange recording_vma();

} // namespace properties::proofs
