// copy-at-swap-in, upgrade-alone, unshare-at-fork: every mapping of a KSM page has been merged by ksmd.
//
// Informal proof. The invariant: an entry that maps the page is in a VM_MERGEABLE VMA, where its own item is listed
// with its address and its index. ksmd makes it so, and nothing else makes an entry of a KSM page: fork copies it
// (unshare-at-fork), the swap cache gives a copy (copy-at-swap-in), and nobody else maps a page that is upgraded
// (upgrade-alone). mremap unshares it before it moves it, since its VMA is mergeable; and ksmd, which comes by, meets
// the page and leaves the item alone.
#include "properties/proofs/theorems/mends/alone.h"

namespace properties::proofs::theorems {
namespace {

checker::PieceSet set() { return piece("copy-at-swap-in") | piece("upgrade-alone") | piece("unshare-at-fork"); }

MendedProof proof() {
    using namespace scripts;
    MendedProof p{"copy-at-swap-in+upgrade-alone+unshare-at-fork", set(), has_its_own_item, meets_entry_at_item, {}};
    p.needed = alone_needs();
    p.needed.push_back(without("copy-at-swap-in", "load", "swapped in",
                               "no entry comes back whose item has gone meanwhile", swapped_in_without_item()));
    return p;
}

std::vector<Query> queries() { return mended_queries(proof()); }
std::vector<Break> breaks() { return mended_breaks(proof()); }
std::vector<Mend> reached() { return {{set(), checker::Goal::exact}}; }

// Swap entries have their item, too.
Query control() {
    const Pair p = any_pair();
    return {"copy-at-swap-in+upgrade-alone+unshare-at-fork/control",
            {is_pair(p), has_its_own_item(p), live(p)},
            meets_entry_at_item(p)};
}

} // namespace

Formula has_an_item_there(const Pair& p) {
    return implies(p.mapped, p.mergeable && p.responsible && p.listed && p.at.n == p.a.n &&
                                 linear_page_index(p.v, p.at).n == p.rec_linear.n);
}
Formula has_its_own_item(const Pair& p) { return has_an_item_there(p) && implies(p.mapped, p.own); }

std::vector<LeftOut> alone_needs() {
    using namespace scripts;
    std::vector<LeftOut> needs{without("upgrade-alone", "ksmd", "makes a shared page a KSM page",
                                       "no entry of a KSM page is without an item of its own", upgraded_for_a_parent()),
                               without("unshare-at-fork", "ksmd", "frees the item",
                                       "no entry depends on the item of another process", item_of_a_parent_goes())};
    needs.back().before = has_an_item_there;
    return needs;
}

const Theorem& copies() {
    static const Theorem t{"copy-at-swap-in+upgrade-alone+unshare-at-fork",
                           "Where ksmd alone makes entries of KSM pages, each has its own item, in every state",
                           "none about history",
                           queries,
                           control,
                           breaks,
                           reached};
    return t;
}

} // namespace properties::proofs::theorems
