// addr-shift: the offset asked for is the address itself. It finds the entry for sure only where the linear index of
// the page is its page number.
//
// Informal proof. The linear index of an entry changes only in mremap (linear-index-kept), so an entry that was merged
// where lin(v, a) = a stays so, until an entry with another index is moved to the address. Memory that was moved before
// it was merged, and private file pages, were never so.
#include "properties/proofs/theorems/strategies/list.h"

namespace properties::proofs::theorems {
namespace {

IntPgoff asked(const Pair& p) { return model::anonymous_pgoff(p.a); }
Formula invariant(const Pair& p) { return implies(answers(p), linear_page_index(p.v, p.at).n == asked(p).n); }
Formula finds(const Pair& p) { return contains(interval(p.v), asked(p)); }

Formula in_place(const Pair&, const Case& c) {
    return linear_page_index(c.after.v, c.after.at).n == model::anonymous_pgoff(c.after.at).n;
}
Formula arrives_in_place(const Pair& p, const Case& c) { return c.after.at.n != p.a.n || in_place(p, c); }

Inductive proof() {
    using namespace scripts;
    const std::string merged = "pages are merged only where their offset is their page number";
    return {"addr-shift",
            invariant,
            finds,
            {unless("ksmd", "records the item", merged, in_place, merged_after_a_move(), ", moved"),
             unless("ksmd", "records the item", merged, in_place, merged_of_a_file(), ", of a file"),
             unless("ksmd", "makes a shared page a KSM page", merged, in_place, shared_after_a_move()),
             unless("mremap", "moves the entry", "no entry of a KSM page is moved to an address that has an item",
                    arrives_in_place, arrives()),
             unless("ksmd", "frees the item that answered, and this one is left",
                    "the entry's own item is not freed while another item has its address", in_place, heir())}};
}

std::vector<Query> queries() { return inductive_queries(proof()); }
std::vector<Break> breaks() { return inductive_breaks(proof()); }

// That every VMA has its own page number as offset is not kept by a move: the claim of v1 to v3.
Query control() {
    const IntRange v = range_named<Int>("v");
    const IntPage from = page_named<Int>("from"), to = page_named<Int>("to");
    const model::PagesOf<Int> pages{Int::named("pages")};
    const IntRange copy = move_faulted(v, from, to, pages);
    return {"addr-shift/control",
            {is_vma(v), v.pgoff.n == model::anonymous_pgoff(v.start).n, contains(v, from), is_vma(copy)},
            copy.pgoff.n == model::anonymous_pgoff(copy.start).n};
}

} // namespace

const Theorem& addr_shift() {
    static const Theorem t{
        "addr-shift",
        "address >> PAGE_SHIFT finds the entry where, at merge, it was the page's linear index",
        "nothing is merged in a moved range or a private file; no swap entry or unmergeable page is moved to "
        "an item's address; no item is freed while another has its address",
        queries,
        control,
        breaks};
    return t;
}

} // namespace properties::proofs::theorems
