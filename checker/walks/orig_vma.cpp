// orig-vma: the VMA itself, remembered.
//
// The idea: replace the anon_vma in an rmap_item by the VMA that the page was merged in, and read both its anon_vma and
// its vm_pgoff when walking.
//
// Origin: suggested by Xu Xin in the review of v3, declined by Lorenzo Stoakes (both April 2026).
//
// For: while the VMA lives and holds the address, it says the truth at the time of the walk, not of the merge.
// Against: nothing keeps a VMA alive. It is freed by munmap, by merging, by exit; it is another one after a split. Here
// a freed VMA is recognized and reported; a kernel would read freed memory. What it leads to is not walked.
#include "checker/walks/walks.h"

namespace checker::inline walks {

Strategy orig_vma() {
    return {
        .name = "orig-vma",
        .idea = "the VMA remembered at merge, its anon_vma and vm_pgoff read at walk time",
        .origin = "review of v3",
        .stored = {"the VMA"},
        .asks = {{"the remembered VMA's anon_vma for the page's present offset",
                  [](const Clue& c) { return one_offset(linear_page_index(c.vma, c.page)); }, AskedTree::of_merge_vma}},
        .bound = {{"VMAs whose interval holds the offset that the remembered VMA gives the address",
                   [](const model::Range& vma, const model::RmapItem& item, const model::Range& merged) {
                       return contains(interval(vma), linear_page_index(merged, item.page));
                   },
                   AskedTree::of_merge_vma}},
        .facts = {Fact::leads, Fact::gone},
        .claim = Claim::refuted,
        .known = "reads freed VMAs",
        .theorem = "orig-vma"};
}

} // namespace checker::inline walks
