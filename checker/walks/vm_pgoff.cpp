// vm-pgoff: the VMA's vm_pgoff, recorded at merge.
//
// The idea: rmap_item->vm_pgoff = vma->vm_pgoff when the page is merged, and the tree is asked for that offset.
//
// Origin: v4 of the series (2026).
//
// For: a page that is the first of its VMA and stays so.
// Against: vm_pgoff is the offset of the VMA's first page, not of the page. The question finds the VMA as long as it is
// whole; a split between its start and the page gives the page's part another interval, and the entry is lost.
#include "checker/walks/walk.h"

namespace checker::inline walks {

Strategy vm_pgoff() {
    return {
        "vm-pgoff",
        "the VMA's vm_pgoff recorded at merge",
        "v4 of the series",
        Claim::refuted,
        "loses the page when its VMA is split below it",
        model::ItemLayout::separate,
        [](const Kernel& k, Id<Folio> folio) {
            return walk_with(k, folio, [](const RmapItem& i) { return at_offset(i, i.merged.vm_pgoff); });
        },
    };
}

} // namespace checker::inline walks
