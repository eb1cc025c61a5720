// remap-bit: one bit says whether the short way is safe.
//
// The idea: when a page is merged, record whether its offset differs from address >> PAGE_SHIFT. Walk as addr-shift
// while the bit is clear, as naive when it is set. One bit fits into an rmap_item without making it larger.
//
// Origin: suggested by Lorenzo Stoakes in the review of v3 (April 2026).
//
// For: pages are unshared before mremap moves them, so what is merged again gets a fresh bit.
// Against: the bit is true of the moment of merging. The scanner keeps an rmap_item, and does not refresh it, as long
// as it meets the same KSM page at that address; and a KSM page can leave an address and come back under another offset
// while it is a swap entry, which mremap does not unshare. Then a clear bit is a wrong one.
#include "checker/walks/walks.h"

namespace checker::inline walks {
namespace {

std::uint64_t is_elsewhere(const MergeRecord& r, Vpn page) {
    return linear_page_index(r.range, page) != model::anonymous_pgoff(page);
}

} // namespace

Strategy remap_bit() {
    return {.name = "remap-bit",
            .idea = "a bit recorded at merge chooses between addr-shift and naive",
            .origin = "review of v3",
            .stored = {"whether address >> PAGE_SHIFT is not the offset", is_elsewhere},
            .asks = {{"0 to ULONG_MAX if the bit is set, else address >> PAGE_SHIFT",
                      [](const Clue& c) { return (c.word ? every_offset : offset_is_address).pgoffs(c); }}},
            .bound = {{"every VMA of a page that was elsewhere at merge, else those at address >> PAGE_SHIFT",
                       [](const model::Range& vma, const model::RmapItem& item, const model::Range& merged) {
                           return is_elsewhere(item.merged, item.page) || at_address.may(vma, item, merged);
                       }}},
            .facts = {Fact::leads, Fact::record, Fact::arrival},
            .claim = Claim::refuted,
            .known = "the bit outlives what it says: swapped-out pages are moved without unsharing",
            .theorem = "remap-bit"};
}

} // namespace checker::inline walks
