// remap-bit: one bit says whether the short way is safe.
//
// The idea: when a page is merged, record whether its offset differs from address >> PAGE_SHIFT. Walk as addr-shift
// while the bit is clear, as naive when it is set. One bit fits into an rmap_item without making it larger.
//
// Origin: suggested by Lorenzo Stoakes in the review of v3 (April 2026).
//
// For: pages are unshared before mremap moves them, so what is merged again gets a fresh bit.
// Against: the bit is true of the moment of merging. The scanner keeps an rmap_item, and does not refresh it, as long as
// it meets the same KSM page at that address; and a KSM page can leave an address and come back under another offset
// while it is a swap entry, which mremap does not unshare. Then a clear bit is a wrong one.
#include "checker/walks/walk.h"

namespace checker::inline walks {

Strategy remap_bit() {
    return {
        "remap-bit",
        "a bit recorded at merge chooses between addr-shift and naive",
        "review of v3",
        Claim::refuted,
        "the bit outlives what it says: swapped-out pages are moved without unsharing",
        model::ItemLayout::separate,
        [](const Kernel& k, Id<Folio> folio) {
            return walk_with(
                k, folio, [](const RmapItem& i) { return i.merged.remapped ? model::every_pgoff(i) : by_address(i); });
        },
    };
}

} // namespace checker::inline walks
