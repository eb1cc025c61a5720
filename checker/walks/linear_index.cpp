// linear-index: the page's own offset, recorded at merge.
//
// The idea: rmap_item->linear_page_index = linear_page_index(vma, address), set in try_to_merge_with_ksm_page() under
// the mmap lock. Splits, merges and moves keep the linear index of a page, so the VMA that maps it is always found
// there.
//
// Origin: v5 to v8 of the series; merged in 2026 for 7.3.
//
// For: every way in which a present page of a VM_MERGEABLE VMA can move. mremap unshares such pages first, and the next
// merge records the new index.
// Against: what the index is true of is the page that was merged, and the item outlives it. The scanner keeps an item
// without refreshing it while it meets the same KSM page at that address (row "head == node" of cmp_and_merge_page());
// and a process can hold the KSM page at that address under another index: a swap entry that mremap moved and the swap
// cache gave back, or a fork's VMA that was moved where another item of the same anon_vma happens to point.
#include "checker/walks/walks.h"

namespace checker::inline walks {

Strategy linear_index() {
    return {.name = "linear-index",
            .idea = "linear_page_index(vma, address) recorded at merge",
            .origin = "v5 to v8 of the series, merged for 7.3",
            .stored = linear_index_at_merge,
            .asks = {stored_offset},
            .bound = {at_index},
            .facts = {Fact::leads, Fact::record, Fact::arrival},
            .claim = Claim::refuted,
            .known = "stale when the KSM page comes back to the address under another index",
            .theorem = "linear-index"};
}

} // namespace checker::inline walks
