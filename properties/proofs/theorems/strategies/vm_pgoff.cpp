// vm-pgoff: the offset of the VMA's first page at merge. It finds the entry as long as that page's offset, and the
// page, are in one VMA.
//
// Informal proof. The recorded offset is in the interval of the VMA and not above the page's own. Growing and merging
// keep both; a cut above the page keeps both, because the recorded offset is below the page; a cut below the page, with
// the recorded offset below the cut, takes it away. Which operations cut is the list of exceptions.
#include "properties/proofs/theorems/strategies/list.h"

namespace properties::proofs::theorems {
namespace {

Formula together(const Pair& p) {
    return contains(interval(p.v), p.rec_vm_pgoff) && p.rec_vm_pgoff.n <= linear_page_index(p.v, p.at).n;
}
Formula invariant(const Pair& p) { return implies(answers(p), together(p)); }
Formula finds(const Pair& p) { return contains(interval(p.v), p.rec_vm_pgoff); }

// The cut is not above the recorded offset.
Formula cut_below_recorded(const Pair& p, const Case& c) {
    return implies(answers(p), p.rec_vm_pgoff.n >= linear_page_index(p.v, c.cut).n);
}
Formula stays_together(const Pair&, const Case& c) { return together(c.after); }
Formula together_there(const Pair& p, const Case& c) { return c.after.at.n != p.a.n || together(c.after); }

Inductive proof() {
    using namespace scripts;
    Inductive p{"vm-pgoff", invariant, finds, {}};
    const std::string no_cut = "the VMA is not cut between the page that was its first at merge and the page";
    for (const char* op : {"munmap", "mmap", "mprotect", "madvise", "mlock", "munlock", "mremap", "brk"})
        p.exceptions.push_back(unless(op, "split below the entry", no_cut, cut_below_recorded, cut_by(op)));
    for (const char* op : {"mprotect", "madvise", "mlock", "munlock"}) {
        p.exceptions.push_back(
            unless(op, "the lower neighbour takes what is below", no_cut, cut_below_recorded, lower_part_joins(op)));
        p.exceptions.push_back(
            unless(op, "its part joins the upper neighbour", no_cut, cut_below_recorded, upper_part_joins(op)));
    }
    p.exceptions.push_back(unless("mremap", "moves the entry",
                                  "no entry of a KSM page is moved to an address that has an item", together_there,
                                  arrives()));
    p.exceptions.push_back(
        unless("ksmd", "makes a shared page a KSM page",
               "a page shared by fork is merged only if the sharers' VMAs hold the merged VMA's first page",
               stays_together, shared_in_a_shorter_vma()));
    p.exceptions.push_back(unless("ksmd", "records the item anew",
                                  "no item is recorded anew while it answers for a fork's entry", stays_together,
                                  recorded_anew_moved()));
    p.exceptions.push_back(unless("ksmd", "frees the item that answered, and this one is left",
                                  "the entry's own item is not freed while another item has its address",
                                  stays_together, heir()));
    return p;
}

std::vector<Query> queries() { return inductive_queries(proof()); }
std::vector<Break> breaks() { return inductive_breaks(proof()); }

// The first page of the VMA is the page.
Query control() {
    const Pair p = any_pair();
    return {
        "vm-pgoff/control", {is_pair(p), invariant(p), answers(p)}, p.rec_vm_pgoff.n == linear_page_index(p.v, p.at).n};
}

} // namespace

const Theorem& vm_pgoff() {
    static const Theorem t{
        "vm-pgoff",
        "The VMA's vm_pgoff recorded at merge finds the entry while both pages are in one VMA",
        "no operation cuts the VMA between its first page at merge and the page; no swap entry or unmergeable "
        "page is moved to an item's address; a sharer's VMA is not shorter, nor its item recorded anew or freed",
        queries,
        control,
        breaks};
    return t;
}

} // namespace properties::proofs::theorems
