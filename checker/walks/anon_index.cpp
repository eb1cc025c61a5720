// anon-index: the page's index in the tree of its anon_vma.
//
// The idea: folio->mapping names an anon_vma, folio->index an offset in it. Ask the anon_vma's tree for that one
// offset, and look in each VMA where vma_address() says that it has it.
//
// Origin: rmap_walk_anon() since the trees of 2012 (bf181b9f9d8d); the offset is the anonymous one since 7.3.
//
// For: every VMA that can map the page is linked to the page's anon_vma, because fork, split and mremap clone the whole
// chain, and no operation changes the offset that a VMA gives to a page that it maps.
// Against: it visits every VMA that ever could have mapped the page. After a thousand forks each of which wrote the
// page itself, the original is mapped once, and a thousand VMAs are looked at.
#include "checker/walks/walks.h"

namespace checker::inline walks {

Strategy anon_index() {
    return {.name = "anon-index",
            .idea = "folio->index in the tree of folio->mapping",
            .origin = "rmap_walk_anon() of 6.12 to 7.3",
            .kind = &anon,
            .asks = {folio_index},
            .bound = {at_folio_index},
            .layout = with_history,
            .facts = {Fact::kin, Fact::linked},
            .claim = Claim::exact,
            .known = "the kernel's own; was never found to miss an entry",
            .theorem = "anon-index"};
}

} // namespace checker::inline walks
