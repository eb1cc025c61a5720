#include "model/page_table.h"

#include <vector>

#include "model/file.h"
#include "model/limits.h"

namespace model {

Id<Pte> pte_from(const Kernel& k, Id<Mm> mm, Vpn page) {
    return k.mms[mm].page_table.lower_bound(k.ptes, [&](const Pte& p) { return p.page >= page; });
}

Id<Pte> pte_at(const Kernel& k, Id<Mm> mm, Vpn page) {
    Id<Pte> pte = pte_from(k, mm, page);
    return pte && k.ptes[pte].page == page ? pte : Id<Pte>::none();
}

Id<Pte> next_pte(const Kernel& k, Id<Mm> mm, Id<Pte> pte) { return k.mms[mm].page_table.next(k.ptes, pte); }

Id<Pte> set_pte(Kernel& k, Id<Mm> mm, Vpn page, Pte::Kind kind) {
    require_room(k.config, k.ptes.live_count(), "page-table entries");
    Pte p;
    p.kind = kind;
    p.page = page;
    Id<Pte> id = k.ptes.make(p);
    k.mms[mm].page_table.insert(k.ptes, id);
    return id;
}

void map_folio(Kernel& k, Id<Mm> mm, Vpn page, Id<Folio> folio) {
    Id<Pte> pte = set_pte(k, mm, page, Pte::Kind::present);
    k.ptes[pte].folio = folio;
    ++k.folios[folio].mapcount;
}

void map_swap(Kernel& k, Id<Mm> mm, Vpn page, Id<SwapEntry> swap, bool exclusive) {
    Id<Pte> pte = set_pte(k, mm, page, Pte::Kind::swap);
    k.ptes[pte].swap = swap;
    k.ptes[pte].exclusive = exclusive;
    ++k.swaps[swap].count;
}

void zap_pte(Kernel& k, Id<Mm> mm, Id<Pte> id) {
    const Pte p = k.ptes[id];
    k.mms[mm].page_table.erase(k.ptes, id);
    k.ptes.drop(id);
    switch (p.kind) {
    case Pte::Kind::zero:
    case Pte::Kind::guard: break;
    case Pte::Kind::ksm_zero: // ksm_might_unmap_zero_page()
        --k.ksm.zero_pages;
        --k.mms[mm].ksm_zero_pages;
        break;
    case Pte::Kind::migration: --k.folios[p.folio].migrating; break; // whoever migrates it has the folio
    case Pte::Kind::present:
        if (--k.folios[p.folio].mapcount == 0 && !k.folios[p.folio].locked)
            folio_free_swap(k, p.folio); // free_swap_cache(): unmapped, the swap cache keeps it only for swap entries
        free_if_unused(k, p.folio);
        break;
    case Pte::Kind::swap: swap_free(k, p.swap); break;
    }
}

void zap_page_range(Kernel& k, Id<Mm> mm, Vpn start, Vpn end, Markers markers) {
    for (Id<Pte> at = pte_from(k, mm, start); at && k.ptes[at].page < end;) {
        Id<Pte> next = next_pte(k, mm, at);
        if (k.ptes[at].kind != Pte::Kind::guard || markers == Markers::drop) zap_pte(k, mm, at);
        at = next;
    }
}

void move_page_tables(Kernel& k, Id<Mm> mm, Vpn from, Vpn to, Pages pages) {
    std::vector<Id<Pte>> moved;
    for (Id<Pte> at = pte_from(k, mm, from); at && k.ptes[at].page < from + pages; at = next_pte(k, mm, at))
        moved.push_back(at);
    auto& table = k.mms[mm].page_table;
    for (Id<Pte> p : moved) {
        table.erase(k.ptes, p);
        k.ptes[p].page = to + (k.ptes[p].page - from);
        table.insert(k.ptes, p);
    }
}

Id<Folio> make_anon_folio(Kernel& k, Id<AnonVma> anon_vma, Pgoff index, std::uint8_t byte, bool exclusive) {
    Folio f;
    f.index = index;
    f.byte = byte;
    f.exclusive = exclusive;
    Id<Folio> id = k.folios.make(f);
    set_anon_vma(k, id, anon_vma);
    return id;
}

void set_anon_vma(Kernel& k, Id<Folio> id, Id<AnonVma> anon_vma) {
    k.folios[id].anon_vma = anon_vma;
    k.folios[id].anon_vma_birth = k.anon_vmas[anon_vma].birth;
}

Id<AnonVma> folio_anon_vma(const Kernel& k, const Folio& f) {
    const bool lives = k.anon_vmas.alive(f.anon_vma) && k.anon_vmas[f.anon_vma].birth == f.anon_vma_birth;
    return lives ? f.anon_vma : Id<AnonVma>::none();
}

void free_if_unused(Kernel& k, Id<Folio> id) {
    const Folio& f = k.folios[id];
    if (f.mapcount || f.swap || f.locked || f.pins) return;
    if (f.mapping == Folio::Mapping::ksm && f.node) k.nodes[f.node].folio = {};
    if (f.file) {
        if (f.byte) return; // the page cache holds it
        leave_page_cache(k, id);
    }
    k.folios.drop(id);
}

std::uint32_t folio_ref_count(const Folio& f) { return f.mapcount + (f.swap ? 1 : 0) + f.locked + f.pins; }

Id<SwapEntry> add_to_swap_cache(Kernel& k, Id<Folio> id) {
    if (k.folios[id].swap) return k.folios[id].swap;
    SwapEntry s;
    s.folio = id;
    return k.folios[id].swap = k.swaps.make(s);
}

bool folio_free_swap(Kernel& k, Id<Folio> id) {
    Id<SwapEntry> swap = k.folios[id].swap;
    if (!swap || k.swaps[swap].count) return false;
    k.swaps.drop(swap);
    k.folios[id].swap = {};
    return true;
}

void write_out(Kernel& k, Id<Folio> id) {
    const Folio& f = k.folios[id];
    require(f.swap && !f.mapcount, "a page is written out that is mapped or has no slot");
    k.swaps[f.swap].byte = f.byte;
    k.swaps[f.swap].folio = {};
    k.folios[id].swap = {};
    free_if_unused(k, id);
}

void swap_free(Kernel& k, Id<SwapEntry> id) {
    require(k.swaps[id].count > 0, "a swap entry is freed more often than it is named");
    if (--k.swaps[id].count) return;
    Id<Folio> folio = k.swaps[id].folio;
    if (!folio) {
        k.swaps.drop(id);
    } else if (!k.folios[folio].mapcount && !k.folios[folio].locked) { // __try_to_reclaim_swap(), which does not wait
        folio_free_swap(k, folio);
        free_if_unused(k, folio);
    }
}

} // namespace model
