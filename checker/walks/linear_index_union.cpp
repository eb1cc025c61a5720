// linear-index-union: linear-index, in a union with what the scanner keeps.
//
// The idea: a stable rmap_item needs no checksum and no age, so the page offset can share their eight bytes and the
// item stays at 64.
//
// Origin: suggested by David Hildenbrand in the review of v3; the doubt about it is Xu Xin's (both April 2026). In the
// merged form should_skip_rmap_item() does not read the age of a stable item; here it still does.
//
// For: the offset is written when the item becomes stable, and nothing writes the other fields of a stable item whose
// page is still the KSM page.
// Against: a stable item whose page was written meanwhile is visited as an ordinary page: the scanner takes bytes of
// the offset for its age and counts it up, then takes the item off the list. What the union leaves in oldchecksum and
// remaining_skips delays, or skips, the next merges. This strategy is judged on a machine whose items are laid out so.
#include "checker/walks/walks.h"

namespace checker::inline walks {

Strategy linear_index_union() {
    return {.name = "linear-index-union",
            .idea = "the same, in a union with oldchecksum, age and remaining_skips",
            .origin = "review of v3, before v8",
            .stored = linear_index_at_merge,
            .asks = {stored_offset},
            .bound = {at_index},
            .layout = in_union("unioned", linear_index_at_merge),
            .facts = {Fact::leads, Fact::record, Fact::word},
            .claim = Claim::refuted,
            .known = "as linear-index; and the scanner takes bytes of the offset for an age",
            .theorem = "linear-index-union"};
}

} // namespace checker::inline walks
