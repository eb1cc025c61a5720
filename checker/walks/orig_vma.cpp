// orig-vma: the VMA itself, remembered.
//
// The idea: replace the anon_vma in an rmap_item by the VMA that the page was merged in, and read both its anon_vma and
// its vm_pgoff when walking.
//
// Origin: suggested by Xu Xin in the review of v3, declined by Lorenzo Stoakes (both April 2026).
//
// For: while the VMA lives and holds the address, it says the truth at the time of the walk, not of the merge.
// Against: nothing keeps a VMA alive. It is freed by munmap, by merging, by exit; it is another one after a split. Here a
// freed VMA is recognized and reported; a kernel would read freed memory. What it leads to is not walked.
#include "checker/walks/walk.h"

namespace checker::inline walks {

Strategy orig_vma() {
    return {
        "orig-vma",
        "the VMA remembered at merge, its anon_vma and vm_pgoff read at walk time",
        "review of v3",
        Claim::refuted,
        "reads freed VMAs",
        model::ItemLayout::separate,
        [](const Kernel& k, Id<Folio> folio) {
            bool freed = false;
            WalkResult r = walk_with(k, folio, [&](const RmapItem& i) -> TreeQuery {
                if (!k.vmas.alive(i.merged.vma) || k.vmas[i.merged.vma].birth != i.merged.vma_birth) {
                    freed = true;
                    return {};
                }
                const model::Vma& vma = k.vmas[i.merged.vma];
                const Pgoff pgoff = model::linear_page_index(vma.range, i.page);
                return {vma.anon_vma, {pgoff, pgoff}};
            });
            r.touched_freed_vma = freed;
            return r;
        },
    };
}

} // namespace checker::inline walks
