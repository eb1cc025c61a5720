// file-index: every operation keeps the index of a page of a file the one that its VMA gives it by vm_pgoff. Then the
// interval of the VMA in i_mmap contains it, and vma_filebacked_address() leads back to the entry.
//
// Informal proof. A fault maps the page that vm_pgoff says. Cutting, growing and merging a VMA move both offsets alike;
// where only the anonymous one is set anew (a move of a range that was never written, what MREMAP_DONTUNMAP leaves),
// vm_pgoff stays what it is.
#include "properties/proofs/file_page.h"
#include "properties/proofs/theorems/strategies/list.h"

namespace properties::proofs::theorems {
namespace {

Formula finds(const FilePage& p) {
    const auto by_file = by_vm_pgoff(p.v);
    return contains(interval(by_file), p.index) && vma_address(by_file, p.index).n == p.at.n;
}

std::vector<Query> queries() {
    const FilePage p = any_file_page();
    std::vector<Query> out{
        {"file-index/base: nothing is mapped", {is_file_page(p), !p.mapped}, index_is_of_vm_pgoff(p)}};
    for (const FileCase& c : file_cases(p))
        out.push_back({"file-index/" + c.operation + ": " + c.name,
                       {is_file_page(p), index_is_of_vm_pgoff(p), c.guard},
                       index_is_of_vm_pgoff(c.after)});
    out.push_back({"file-index/conclusion: the walk finds the entry",
                   {is_file_page(p), index_is_of_vm_pgoff(p), p.mapped},
                   finds(p)});
    return out;
}

// i_mmap is keyed by the other offset.
Query control() {
    const FilePage p = any_file_page();
    return {
        "file-index/control", {is_file_page(p), index_is_of_vm_pgoff(p), p.mapped}, contains(interval(p.v), p.index)};
}

} // namespace

const Theorem& file_index() {
    static const Theorem t{"file-index",
                           "The index of a page of a file stays in the interval, by vm_pgoff, of the VMA that maps it, "
                           "at the place of its entry, through every operation",
                           "a VMA of a file is in the file's i_mmap (an invariant of the model)", queries, control};
    return t;
}

} // namespace properties::proofs::theorems
