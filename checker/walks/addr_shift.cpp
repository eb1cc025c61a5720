// addr-shift: the rmap_item's address, shifted, taken for its page offset.
//
// The idea: anonymous memory gets its own page number as vm_pgoff, so the page at an address has the offset
// address >> PAGE_SHIFT. Ask the tree for that one offset. Nothing needs to be recorded.
//
// Origin: v1 to v3 of "KSM: Optimizations for rmap_walk_ksm" (February 2026).
//
// For: memory that was mapped anonymously where it is now.
// Against: mremap moves pages and keeps their offsets (Hugh Dickins's review of v3, April 2026): map at 0x11, move to
// 0x12, merge; the offset is 0x11, the question is for 0x12. Private file pages never had such an offset at all, and
// stacks are moved by exec without mremap.
#include "checker/walks/walks.h"

namespace checker::inline walks {

Strategy addr_shift() {
    return {.name = "addr-shift",
            .idea = "offset = rmap_item address >> PAGE_SHIFT",
            .origin = "v1 to v3 of the series",
            .asks = {offset_is_address},
            .bound = {at_address},
            .facts = {Fact::leads, Fact::memory},
            .claim = Claim::refuted,
            .known = "misses pages of moved ranges, of private files, of stacks",
            .theorem = "addr-shift"};
}

} // namespace checker::inline walks
