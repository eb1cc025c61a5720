// item-at-swap-in, copy-where-not-mergeable, upgrade-alone, unshare-at-fork: every mapping of a KSM page has its own
// item.
//
// Informal proof. As for copy-at-swap-in (copies.cpp), with the same invariant; but an entry that is swapped in keeps
// the KSM page where its VMA is mergeable, and gets an item of its own there and then.
#include "properties/proofs/theorems/mends/alone.h"

namespace properties::proofs::theorems {
namespace {

const std::string name = "item-at-swap-in+copy-where-not-mergeable+upgrade-alone+unshare-at-fork";

checker::PieceSet set() {
    return piece("item-at-swap-in") | piece("copy-where-not-mergeable") | piece("upgrade-alone") |
           piece("unshare-at-fork");
}

MendedProof proof() {
    using namespace scripts;
    MendedProof p{name, set(), has_its_own_item, meets_entry_at_item, {}};
    p.needed = alone_needs();
    p.needed.push_back(without("item-at-swap-in", "load", "swapped in",
                               "no entry comes back whose item has gone meanwhile", swapped_in_without_item()));
    p.needed.push_back(without("copy-where-not-mergeable", "load", "swapped in",
                               "no entry comes back where ksmd does not come by", swapped_in_out_of_reach()));
    return p;
}

std::vector<Query> queries() { return mended_queries(proof()); }
std::vector<Break> breaks() { return mended_breaks(proof()); }
std::vector<Mend> reached() { return {{set(), checker::Goal::exact}}; }

// Swap entries have their item, too.
Query control() {
    const Pair p = any_pair();
    return {name + "/control", {is_pair(p), has_its_own_item(p), live(p)}, meets_entry_at_item(p)};
}

} // namespace

const Theorem& own_items() {
    static const Theorem t{"item-at-swap-in+copy-where-not-mergeable+upgrade-alone+unshare-at-fork",
                           "Where whoever is swapped in gets an item or a copy, each entry has its own, in every state",
                           "none about history",
                           queries,
                           control,
                           breaks,
                           reached};
    return t;
}

} // namespace properties::proofs::theorems
