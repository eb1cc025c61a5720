// anon-index: every operation keeps the index of a page the one that its VMA gives it, by the offset that the tree is
// keyed by. Then the interval of the VMA contains it, and vma_address() leads back to the entry.
//
// Informal proof. A page is made with the index that its VMA gives its place. Cutting, growing and merging a VMA keep
// the index of every page (linear-index-kept), and so does the copy that mremap makes of a written range; a range that
// was never written has no page. A page that comes back from the swap cache under another index is copied.
#include "properties/proofs/anon_page.h"
#include "properties/proofs/theorems/strategies/list.h"

namespace properties::proofs::theorems {
namespace {

Formula finds(const AnonPage& p) { return contains(interval(p.v), p.index) && vma_address(p.v, p.index).n == p.at.n; }

AnonInductive proof() { return {"anon-index", index_is_of_the_vma, finds}; }

std::vector<Query> queries() { return anon_queries(proof()); }

// The tree is keyed by the other offset.
Query control() {
    const AnonPage p = any_anon_page();
    return {"anon-index/control",
            {is_anon_page(p), index_is_of_the_vma(p), p.mapped},
            contains(interval(by_vm_pgoff(p.v)), p.index)};
}

} // namespace

const Theorem& anon_index() {
    static const Theorem t{"anon-index",
                           "The index of an ordinary page stays in the interval of the VMA that maps it, at the place "
                           "of its entry, through every operation",
                           "a VMA that maps a page is in the tree of the page's anon_vma (an invariant of the model)",
                           queries, control};
    return t;
}

} // namespace properties::proofs::theorems
