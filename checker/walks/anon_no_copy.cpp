// anon-no-copy: a copy that is not inserted.
//
// The idea: mremap moves page tables, so the VMA that it makes may share the place of the one that it leaves.
//
// Origin: copy_vma() without anon_vma_clone().
//
// For: the source is unmapped in the next moment.
// Against: then it is gone from the tree, and the copy was never in it. Where the copy merges with a neighbour of the
// same anon_vma nothing is lost, which hides the rest.
#include "checker/walks/walks.h"

namespace checker::inline walks {

Strategy anon_no_copy() {
    return {.name = "anon-no-copy",
            .idea = "the VMA that mremap makes is in no tree",
            .origin = "copy_vma() without its clone",
            .kind = &anon,
            .of_folio = {.holds_copies = false},
            .asks = {{.words = "`folio->index` in `folio->mapping`, without VMAs that mremap made"}},
            .bound = {at_folio_index},
            .layout = with_history,
            .facts = {Fact::kin},
            .known = "loses every page that moved to a VMA of its own"};
}

} // namespace checker::inline walks
