#include "model/rmap.h"

#include "model/page_table.h"

namespace model {
namespace {

bool still_mapped(const Kernel& k, Id<Folio> folio) { return k.folios[folio].mapcount > 0; }

// Does this page of the VMA hold the migration entry of the folio?
Id<Pte> migration_entry(const Kernel& k, Id<Vma> vma, Vpn page, Id<Folio> folio) {
    Id<Pte> pte = pte_at(k, k.vmas[vma].mm, page);
    if (pte && k.ptes[pte].kind == Pte::Kind::migration && k.ptes[pte].folio == folio) return pte;
    return {};
}

// remove_migration_ptes(): the entries that a walk of `walked` finds for `old` map `target` again.
void remove_migration_ptes(Kernel& k, Id<Folio> old, Id<Folio> walked, Id<Folio> target) {
    rmap_walk(k, walked, [&](Id<Vma> vma, Vpn page) {
        if (Id<Pte> pte = migration_entry(k, vma, page, old)) {
            k.ptes[pte].kind = Pte::Kind::present;
            k.ptes[pte].folio = target;
            ++k.folios[target].mapcount;
            if (k.ptes[pte].exclusive) k.folios[target].exclusive = true;
            k.ptes[pte].exclusive = false;
        }
        return true;
    });
}

} // namespace

bool maps_folio(const Kernel& k, Id<Vma> vma, Vpn page, Id<Folio> folio) {
    Id<Pte> pte = pte_at(k, k.vmas[vma].mm, page);
    return pte && k.ptes[pte].kind == Pte::Kind::present && k.ptes[pte].folio == folio;
}

bool reclaim_folio(Kernel& k, Id<Folio> folio) {
    const Id<SwapEntry> swap = add_to_swap_cache(k, folio);
    rmap_walk(k, folio, [&](Id<Vma> vma, Vpn page) { // try_to_unmap_one()
        if (!maps_folio(k, vma, page, folio)) return true;
        if (k.vmas[vma].flags & VM_LOCKED) return false;
        const Id<Mm> mm = k.vmas[vma].mm;
        const bool exclusive = k.folios[folio].exclusive;
        k.folios[folio].exclusive = false;
        ++k.swaps[swap].count; // swap_duplicate() comes first, so that the slot outlives the mapping
        zap_pte(k, mm, pte_at(k, mm, page));
        map_swap(k, mm, page, swap, exclusive);
        --k.swaps[swap].count;
        return still_mapped(k, folio);
    });
    return !still_mapped(k, folio);
}

Id<Folio> migrate_folio(Kernel& k, Id<Folio> old) {
    rmap_walk(k, old, [&](Id<Vma> vma, Vpn page) { // try_to_migrate_one()
        if (!maps_folio(k, vma, page, old)) return true;
        Pte& p = k.ptes[pte_at(k, k.vmas[vma].mm, page)];
        p.kind = Pte::Kind::migration;
        p.exclusive = k.folios[old].exclusive;
        k.folios[old].exclusive = false;
        --k.folios[old].mapcount;
        return still_mapped(k, old);
    });
    if (still_mapped(k, old)) {
        remove_migration_ptes(k, old, old, old);
        return {};
    }
    Folio moved = k.folios[old]; // folio_migrate_mapping(), folio_migrate_ksm()
    const Id<Folio> fresh = k.folios.make(moved);
    if (moved.swap) k.swaps[moved.swap].folio = fresh;
    if (moved.mapping == Folio::Mapping::ksm && moved.node) k.nodes[moved.node].folio = fresh;
    remove_migration_ptes(k, old, fresh, fresh);
    k.folios[old].swap = {};
    k.folios[old].node = {};
    free_if_unused(k, old);
    return fresh;
}

} // namespace model
