// linear-index: the page's own offset, recorded at merge, finds the entry as long as the entry keeps it.
//
// Informal proof. The invariant says that the recorded index is the index of the entry's address in the entry's VMA;
// the interval of a VMA that contains the address contains it then (interval-contains). Splits, merges, growth and
// forks keep it (linear-index-kept). mremap unshares present KSM pages of VM_MERGEABLE VMAs before it moves them, so an
// entry of the KSM page comes to an item's address only as a swap entry or from a VMA without that flag, and with the
// index it has: the scanner then meets the page again and refreshes nothing. And an item can come to answer for an
// entry of a fork whose index at this address is another: recorded anew for another page, or left over when the entry's
// own was freed. These three steps, and no others, need a premise.
#include "properties/proofs/theorems/strategies/linear.h"

namespace properties::proofs::theorems {
namespace {

Formula invariant(const Pair& p) { return implies(answers(p), linear_is_recorded(p)); }
Formula finds(const Pair& p) { return contains(interval(p.v), p.rec_linear); }

Formula agrees(const Pair&, const Case& c) { return linear_is_recorded(c.after); }
Formula agrees_there(const Pair& p, const Case& c) { return c.after.at.n != p.a.n || linear_is_recorded(c.after); }

std::vector<Query> queries() { return inductive_queries(linear_proof("linear-index")); }
std::vector<Break> breaks() { return inductive_breaks(linear_proof("linear-index")); }

// The page's index is its address: what the recorded index need not be.
Query control() {
    const Pair p = any_pair();
    return {"linear-index/control",
            {is_pair(p), invariant(p), answers(p)},
            p.rec_linear.n == model::anonymous_pgoff(p.a).n};
}

} // namespace

Formula linear_is_recorded(const Pair& p) { return linear_page_index(p.v, p.at).n == p.rec_linear.n; }

Inductive linear_proof(std::string name) {
    using namespace scripts;
    return {std::move(name),
            invariant,
            finds,
            {unless("mremap", "moves the entry",
                    "no swap entry or unmergeable page is moved to an address whose item recorded another index",
                    agrees_there, arrives()),
             unless("ksmd", "records the item anew",
                    "no item is recorded anew while it answers for a fork's entry of another index", agrees,
                    recorded_anew_moved()),
             unless("ksmd", "frees the item that answered, and this one is left",
                    "the entry's own item is not freed while another with its address recorded another index", agrees,
                    heir())}};
}

const Theorem& linear_index() {
    static const Theorem t{
        "linear-index",
        "linear_page_index() recorded at merge finds the entry while the entry keeps its index",
        "no swap entry or unmergeable page of another index is moved to an item's address; no item is recorded "
        "anew, or left over, for a fork's entry of another index",
        queries,
        control,
        breaks};
    return t;
}

} // namespace properties::proofs::theorems
