// tree-hit-fallback: the whole tree where the tree's hits were not enough.
//
// The idea: ask for the index recorded at merge and look where each VMA has it (tree-hit); walk everything, at the
// rmap_items' addresses, when fewer entries were found than the page has mappings. What is counted is what
// linear-index-fallback counts.
//
// Origin: two pieces of a mend, together.
//
// For: it finds what naive finds, and what tree-hit finds beside it.
// Against: as that one.
#include "checker/walks/walks.h"

namespace checker::inline walks {

Strategy tree_hit_fallback() {
    return {.name = "tree-hit-fallback",
            .idea = "tree-hit, then naive when fewer entries were found than the page has mappings",
            .origin = "two pieces of a mend",
            .stored = linear_index_at_merge,
            .asks = {stored_offset_in_vma, every_offset},
            .counts_own_places = true,
            .bound = {at_index_in_vma, all_of_the_tree},
            .facts = {Fact::leads, Fact::record, Fact::arrival},
            .claim = Claim::covers,
            .known = "finds what naive and tree-hit find; both walks are paid for when an entry is out of reach",
            .theorem = "fall-back"};
}

} // namespace checker::inline walks
