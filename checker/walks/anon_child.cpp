// anon-child: the tree of the child only.
//
// The idea: after a fork most pages are soon copied by one of the two. Walk the tree of the youngest process that can
// have the page, and not that of all its ancestors.
//
// Origin: what it would take to end the visits of anon-index to VMAs that copied the page long ago.
//
// For: the youngest anon_vma has the fewest VMAs.
// Against: a page that fork shares is mapped by the parent as well, and by its other children.
#include "checker/walks/walks.h"

namespace checker::inline walks {

Strategy anon_child() {
    return {.name = "anon-child",
            .idea = "folio->index in the tree of the youngest VMA that can have the page",
            .origin = "the known bad case of anon-index",
            .kind = &anon,
            .of_folio = {.tree = FolioTree::of_youngest},
            .cost_of_folio = FolioBound::of_root,
            .asks = {{.words = "`folio->index` in the own anon_vma of the youngest VMA"}},
            .bound = {at_folio_index},
            .layout = with_history,
            .facts = {Fact::kin},
            .known = "loses the parent's entry of every page that fork shares"};
}

} // namespace checker::inline walks
