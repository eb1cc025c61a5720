// Page tables and what their entries hold: folios, swap entries, zero pages.
#pragma once

#include "model/kernel.h"

namespace model {

// The entry of a page; none if there is none (pte_none()).
Id<Pte> pte_at(const Kernel& k, Id<Mm> mm, Vpn page);
// The first entry at or above a page, and the one behind an entry; none at the end of the process.
Id<Pte> pte_from(const Kernel& k, Id<Mm> mm, Vpn page);
Id<Pte> next_pte(const Kernel& k, Id<Mm> mm, Id<Pte> pte);

// Sets the entry of a page, which must be none.
Id<Pte> set_pte(Kernel& k, Id<Mm> mm, Vpn page, Pte::Kind kind);
// Maps a folio there (mapcount + 1), or names a swap entry (count + 1).
void map_folio(Kernel& k, Id<Mm> mm, Vpn page, Id<Folio> folio);
void map_swap(Kernel& k, Id<Mm> mm, Vpn page, Id<SwapEntry> swap, bool exclusive);

// zap_pte_range() for one entry: it goes, and what it held loses one mapping or reference.
void zap_pte(Kernel& k, Id<Mm> mm, Id<Pte> pte);
enum class Markers : std::uint8_t { drop, keep }; // ZAP_FLAG_DROP_MARKER
void zap_page_range(Kernel& k, Id<Mm> mm, Vpn start, Vpn end, Markers markers = Markers::drop);

// move_page_tables(): entries move with everything they hold; folios do not notice.
void move_page_tables(Kernel& k, Id<Mm> mm, Vpn from, Vpn to, Pages pages);

// folio_alloc() and __folio_set_anon(): an unmapped anonymous folio.
Id<Folio> make_anon_folio(Kernel& k, Id<AnonVma> anon_vma, Pgoff index, std::uint8_t byte, bool exclusive);
// folio->mapping of an anonymous folio.
void set_anon_vma(Kernel& k, Id<Folio> folio, Id<AnonVma> anon_vma);
// folio_anon_vma(): none if the folio outlived it, which only a folio can that nothing but the swap cache holds.
Id<AnonVma> folio_anon_vma(const Kernel& k, const Folio& f);
// folio_put() when a mapping or the swap cache has let go: frees the folio if nothing holds it. The stable node of a
// freed KSM folio becomes stale. A page cache holds what has been written.
void free_if_unused(Kernel& k, Id<Folio> folio);

// The references on a folio: its mappings, the swap cache, and the operation in flight that has it in its hands.
// (Others are left out.)
std::uint32_t folio_ref_count(const Folio& f);

// folio_alloc_swap() or add_to_swap(): the folio enters the swap cache, if it is not there yet.
Id<SwapEntry> add_to_swap_cache(Kernel& k, Id<Folio> folio);
// folio_free_swap(): the folio leaves the swap cache if no entry names its slot any more. Returns whether it did.
bool folio_free_swap(Kernel& k, Id<Folio> folio);
// pageout() and __remove_mapping(): an unmapped folio of the swap cache is written to its slot and leaves memory.
void write_out(Kernel& k, Id<Folio> folio);
// One page-table entry less names the slot; the slot goes with the last, and an unmapped folio with it.
void swap_free(Kernel& k, Id<SwapEntry> swap);

} // namespace model
