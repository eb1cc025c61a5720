// vm-pgoff: the VMA's vm_pgoff, recorded at merge.
//
// The idea: rmap_item->vm_pgoff = vma->vm_pgoff when the page is merged, and the tree is asked for that offset.
//
// Origin: v4 of the series (2026).
//
// For: a page that is the first of its VMA and stays so.
// Against: vm_pgoff is the offset of the VMA's first page, not of the page. The question finds the VMA as long as it is
// whole; a split between its start and the page gives the page's part another interval, and the entry is lost.
#include "checker/walks/walks.h"

namespace checker::inline walks {

Strategy vm_pgoff() {
    return {.name = "vm-pgoff",
            .idea = "the VMA's vm_pgoff recorded at merge",
            .origin = "v4 of the series",
            .stored = {"the VMA's `vm_pgoff`", [](const MergeRecord& r, Vpn) { return r.range.pgoff.n; }},
            .asks = {stored_offset},
            .bound = {{"VMAs whose interval holds the vm_pgoff recorded at merge",
                       [](const model::Range& vma, const model::RmapItem& item, const model::Range&) {
                           return contains(interval(vma), item.merged.range.pgoff);
                       }}},
            .facts = {Fact::leads, Fact::record, Fact::base},
            .claim = Claim::refuted,
            .known = "loses the page when its VMA is split below it",
            .theorem = "vm-pgoff"};
}

} // namespace checker::inline walks
