// two-pass: addr-shift first, then naive if that was not enough.
//
// The idea: count the entries found. If they are fewer than the folio has mappings, walk again with 0 to ULONG_MAX.
//
// Origin: suggested by Hugh Dickins in his review of v3 (April 2026), "somewhat ugly, certainly imperfect".
//
// For: it falls back on the reference whenever anything is missing, so it finds what the reference finds.
// Against: it pays for both walks whenever an entry is missing for another reason, which no walk can mend. And what is
// counted must be distinct entries: an entry is met once for every rmap_item that leads to it, and a counter of
// successes would be satisfied too early. A walk that unmaps what it finds counts distinct entries by itself; the model
// counts as such a walk does.
#include "checker/walks/walks.h"

namespace checker::inline walks {

Strategy two_pass() {
    return {.name = "two-pass",
            .idea = "addr-shift, then naive when fewer entries were found than the page has mappings",
            .origin = "review of v3",
            .asks = {offset_is_address, every_offset},
            .bound = {at_address, all_of_the_tree},
            .claim = Claim::covers,
            .known = "finds what naive finds; both walks are paid for when an entry is out of reach",
            .theorem = "two-pass"};
}

} // namespace checker::inline walks
