// anon-root: the tree of the family's root.
//
// The idea: forget in which generation a page was written, and keep one tree for a process and all that it forked.
//
// Origin: anon_vmas as they were until 2.6.33 (5beb49305251 gave every process its own); what a context that is shared
// by a process and its children would have to ask.
//
// For: an anon_vma's root never changes, and every VMA of the family is in its tree. folio->mapping need never be
// moved.
// Against: a page that a grandchild wrote for itself is looked for in every process of the family.
#include "checker/walks/walks.h"

namespace checker::inline walks {

Strategy anon_root() {
    return {.name = "anon-root",
            .idea = "folio->index in the tree of the root of folio->mapping",
            .origin = "anon_vmas until 2.6.33",
            .kind = &anon,
            .of_folio = {.tree = FolioTree::of_root},
            .cost_of_folio = FolioBound::of_root,
            .asks = {{.words = "`folio->index` in the root of `folio->mapping`"}},
            .bound = {at_folio_index},
            .layout = with_history,
            .facts = {Fact::kin, Fact::linked},
            .claim = Claim::exact,
            .known = "finds every entry; visits the whole family for a page of one process",
            .theorem = "anon-index"};
}

} // namespace checker::inline walks
