// anon-no-widen: no re-insertion where a VMA grows.
//
// The idea: a VMA that grows keeps its place in the tree; only one that shrinks has to leave and come back.
//
// Origin: vma_expand() and commit_merge() without anon_vma_interval_tree_pre_update_vma() and its like.
//
// For: growing is the common case (a heap, a stack, neighbours that merge), and taking every anon_vma_chain out of its
// tree and back costs the logarithm of each tree.
// Against: the interval in the tree is what is asked. What was written behind the old end is not in it.
#include "checker/walks/walks.h"

namespace checker::inline walks {

Strategy anon_no_widen() {
    return {.name = "anon-no-widen",
            .idea = "a VMA that grows is not re-inserted",
            .origin = "vma_expand() without its second half",
            .kind = &anon,
            .of_folio = {.key = TreeKey::never_widened},
            .asks = {{.words = "`folio->index` in `folio->mapping`, keyed as before any growth"}},
            .bound = {at_folio_index},
            .layout = with_history,
            .facts = {Fact::kin},
            .known = "loses what is written behind the old end"};
}

} // namespace checker::inline walks
