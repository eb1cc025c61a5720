// anon-lazy: no tree until the first fork.
//
// The idea: most processes never fork what they write. Let a page name its VMA, and make an anon_vma with its tree only
// when the VMA is forked for the first time.
//
// Origin: proposals to make anon_vmas lazily; here without what they would need besides.
//
// For: no anon_vma, no chain and no tree for what is written and never shared.
// Against: a VMA is no name for a page. A split leaves part of the pages to another VMA, a merge frees one of two,
// mremap makes a new one; each would have to visit its pages. A walk that follows the name reads what it led to first,
// freed or not.
#include "checker/walks/walks.h"

namespace checker::inline walks {

Strategy anon_lazy() {
    return {
        .name = "anon-lazy",
        .idea = "the VMA where the page was mapped first, until a fork",
        .origin = "lazy anon_vmas, in their simplest form",
        .kind = &anon,
        .of_folio = {.tree = FolioTree::after_fork},
        .asks = {{.words = "`folio->index` in `folio->mapping` after a fork; before, the VMA that mapped it first"}},
        .bound = {at_folio_index},
        .layout = with_history,
        .facts = {Fact::linked},
        .known = "loses pages when their VMA is split, merged or moved, and reads freed VMAs"};
}

} // namespace checker::inline walks
