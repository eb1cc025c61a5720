// anon-own: a VMA's own anon_vma in place of the root.
//
// The idea: a page belongs to the anon_vma of the VMA that faulted it in. __folio_set_anon() takes the root of that
// instead where the page is not exclusive; this one does not.
//
// Origin: the root was not taken at first (until ea90002b0fa7 of 2.6.34, "anonvma: when setting up page->mapping, we
// need to pick the _oldest_ anonvma").
//
// For: fewer VMAs to visit.
// Against: a page that is read back from swap is not exclusive to who reads it first. The parent and the siblings map
// the same page then, and are in no tree of the child.
#include "checker/walks/walks.h"

namespace checker::inline walks {

Strategy anon_own() {
    return {.name = "anon-own",
            .idea = "folio->mapping is the own anon_vma of the VMA that mapped it first",
            .origin = "Linux before ea90002b0fa7 (2.6.34)",
            .kind = &anon,
            .of_folio = {.tree = FolioTree::of_first},
            .cost_of_folio = FolioBound::of_root,
            .asks = {{.words = "`folio->index` in the own anon_vma of the VMA that mapped it first"}},
            .bound = {at_folio_index},
            .layout = with_history,
            .facts = {Fact::kin},
            .known = "loses the others' entries of a page that a child swaps in"};
}

} // namespace checker::inline walks
