// tree-hit: the offset recorded at merge, and the address that each VMA of the tree gives it.
//
// The idea: linear-index asks the tree for the VMAs that hold the page's index, and then looks at the rmap_item's
// address, if they hold that too. rmap_walk_anon() computes the address from the VMA instead, start + (index - offset
// of start); do the same for KSM pages.
//
// Origin: tried on 7.3.4 against what is lost between the two walks of a migration; here a piece of a mend.
//
// For: mremap keeps index and anon_vma of an entry, so a moved entry is found wherever it went, by the item that it was
// merged by. No VMA is visited for nothing.
// Against: an entry that the reference finds because some item happens to have its address is lost where no item has
// its index: one that came back from the swap cache under the index of an item that ksmd has dropped meanwhile.
#include "checker/walks/walks.h"

namespace checker::inline walks {

Strategy tree_hit() {
    return {.name = "tree-hit",
            .idea = "linear-index, with the address of each VMA that the tree gives",
            .origin = "a piece of a mend",
            .stored = linear_index_at_merge,
            .asks = {stored_offset_in_vma},
            .bound = {at_index_in_vma},
            .facts = {Fact::leads, Fact::record, Fact::arrival},
            .claim = Claim::refuted,
            .known = "loses what naive finds by the address of an item with another index"};
}

} // namespace checker::inline walks
