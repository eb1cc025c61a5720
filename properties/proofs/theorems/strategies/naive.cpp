// naive: an entry is found exactly when an item of its address is listed. The offset cannot be wrong, because every
// interval meets [0, ULONG_MAX]; what can be lost is the item.
//
// Informal proof. The invariant says that the item that answers for the entry is listed and has the entry's address.
// Nothing changes an item's address; so it breaks where the entry takes another (a swap entry, or a page outside of
// VM_MERGEABLE VMAs, moves: mremap unshares all others), where a page that fork shares at two addresses is merged at
// one, and where ksmd frees an item whose entry is still there: because the page is swapped out, or because run was set
// to 2.
#include "properties/proofs/theorems/strategies/list.h"

namespace properties::proofs::theorems {
namespace {

Formula invariant(const Pair& p) { return implies(p.responsible && live(p), p.listed && p.at.n == p.a.n); }
Formula finds(const Pair& p) {
    return p.listed && p.at.n == p.a.n && meets(interval(p.v), model::IntervalOf<Int>{{Int(0)}, {Int(UINT64_MAX)}});
}

Formula stays(const Pair& p, const Case& c) { return implies(p.responsible, c.after.at.n == p.at.n); }
Formula nothing_left(const Pair& p, const Case&) { return !live(p); }
Formula nothing_left_after(const Pair&, const Case& c) { return !live(c.after); }

Inductive proof() {
    using namespace scripts;
    return {"naive",
            invariant,
            finds,
            {unless("mremap", "moves the entry", "no entry of a KSM page is moved", stays, leaves()),
             unless("ksmd", "makes a shared page a KSM page, elsewhere",
                    "a page shared by fork is merged only if all sharers have it at one address", nullptr,
                    shared_elsewhere()),
             unless("ksmd", "frees the item", "the page is not swapped out when ksmd visits its address", nothing_left,
                    dropped()),
             unless("knob", "unmerges, and frees all items",
                    "run is not set to 2 while KSM pages are swapped out or outside of VM_MERGEABLE VMAs",
                    nothing_left_after, knob_removes())},
            false};
}

std::vector<Query> queries() { return inductive_queries(proof()); }
std::vector<Break> breaks() { return inductive_breaks(proof()); }

// Asking from offset 1.
Query control() {
    const IntRange v = range_named<Int>("v");
    return {"naive/control", {is_vma(v)}, meets(interval(v), model::IntervalOf<Int>{{Int(1)}, {Int(UINT64_MAX)}})};
}

} // namespace

const Theorem& naive() {
    static const Theorem t{
        "naive",
        "The full walk finds an entry as long as the item that answers for it is listed at its address",
        "no swap entry or unmergeable page is moved; sharers of a page have it at one address when it is "
        "merged; ksmd does not visit the address while the page is swapped out; run is not set to 2",
        queries,
        control,
        breaks};
    return t;
}

} // namespace properties::proofs::theorems
