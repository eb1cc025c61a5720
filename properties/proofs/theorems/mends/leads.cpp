// leave-leads, upgrade-alone, tree-hit: every entry of a KSM page is found as soon as the operation ends.
//
// Informal proof. The invariant: an entry that maps the page, or will when it is swapped in, has the index that was
// recorded when it was merged, and the record is in the page's list. It has a record from the beginning, because only a
// page that one entry maps becomes a KSM page (upgrade-alone), and every other is merged into one, which makes an item.
// It keeps its index, since no operation changes that (linear-index-kept); fork and mremap give its copies the same
// index, and VMAs that are in the same trees. And the record stays as long as the page, whatever becomes of its item
// (leave-leads): another with the same anon_vma and index does as well. So the tree that the record names has the VMA,
// the VMA has the index, and gives it the entry's address (tree-hit), wherever that is by now.
//
// reset-reaped-head adds nothing here: in the model no stable node has the name of one that is gone.
#include "properties/proofs/theorems/mends/list.h"

namespace properties::proofs::theorems {
namespace {

Formula invariant(const Pair& p) {
    return implies(live(p), p.responsible && p.listed && linear_page_index(p.v, p.at).n == p.rec_linear.n);
}

checker::PieceSet set() { return piece("leave-leads") | piece("upgrade-alone") | piece("tree-hit"); }

MendedProof proof() {
    using namespace scripts;
    MendedProof p{"leave-leads+upgrade-alone+tree-hit", set(), invariant, hits_entry, {}};
    p.needed = {
        without("leave-leads", "ksmd", "frees the item", "the record of an item that is freed stays", dropped()),
        without("upgrade-alone", "ksmd", "makes a shared page a KSM page",
                "no entry of a KSM page is without a record of its own tree", upgraded_for_a_parent()),
        without("tree-hit", "mremap", "moves the entry", "the walk follows the entry to its address", leaves())};
    p.needed.back().finds = meets_entry_at_item;
    return p;
}

std::vector<Query> queries() { return mended_queries(proof()); }
std::vector<Break> breaks() { return mended_breaks(proof()); }
std::vector<Mend> reached() {
    return {{set(), checker::Goal::exact}, {set() | piece("reset-reaped-head"), checker::Goal::exact}};
}

// The entry is still at the address of the item or the lead.
Query control() {
    const Pair p = any_pair();
    return {"leave-leads+upgrade-alone+tree-hit/control", {is_pair(p), invariant(p), p.mapped}, meets_entry_at_item(p)};
}

} // namespace

const Theorem& leads() {
    static const Theorem t{"leave-leads+upgrade-alone+tree-hit",
                           "Where a record stays as long as the page, the tree's hit is every entry, in every state",
                           "none about history; a VMA is in the trees of the one that it was copied or cut from",
                           queries,
                           control,
                           breaks,
                           reached};
    return t;
}

} // namespace properties::proofs::theorems
