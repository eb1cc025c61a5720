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
#include "checker/walks/walk.h"

namespace checker::inline walks {

Strategy two_pass() {
    return {
        "two-pass",
        "addr-shift, then naive when fewer entries were found than the page has mappings",
        "review of v3",
        Claim::covers,
        "finds what naive finds; both walks are paid for when an entry is out of reach",
        model::ItemLayout::separate,
        [](const Kernel& k, Id<Folio> folio) {
            WalkResult narrow = walk_with(k, folio, by_address);
            if (narrow.found.size() >= k.folios[folio].mapcount) return narrow;
            WalkResult full = walk_with(k, folio, model::every_pgoff);
            full.cost.all.visited += narrow.cost.all.visited;
            full.cost.all.skipped_address += narrow.cost.all.skipped_address;
            full.cost.all.skipped_mm += narrow.cost.all.skipped_mm;
            return full;
        },
    };
}

} // namespace checker::inline walks
