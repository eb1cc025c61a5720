#include "model/rmap.h"

#include "model/address_space.h"
#include "model/anon_vma.h"
#include "model/locks.h"
#include "model/page_table.h"

namespace model {
namespace {

bool still_mapped(const Kernel& k, Id<Folio> folio) { return k.folios[folio].mapcount > 0; }

// --- a walk of reclaim or migration, one visit at a time

// What one VMA had for the walk, and whether the walk goes on.
struct Visit {
    bool hit, go_on;
};

bool is_ksm(const Kernel& k, Id<Folio> folio) { return k.folios[folio].mapping == Folio::Mapping::ksm; }
bool is_of_file(const Kernel& k, Id<Folio> folio) { return k.folios[folio].mapping == Folio::Mapping::file; }

// Where the loop would look in this VMA; nothing where it passes the VMA over.
std::optional<Vpn> place_in(const Kernel& k, const WalkCursor& w, Id<Avc> avc) {
    const Vma& vma = k.vmas[k.avcs[avc].vma];
    if (!w.item) return vma_address(vma.range, w.query.pgoffs.first);
    const RmapItem& item = k.items[w.item];
    const Vpn page = w.query.by_offset ? vma_address(vma.range, w.query.pgoffs.first) : item.page;
    if (!contains(vma.range, page) || (item.mm == vma.mm) == w.search_new_forks) return {};
    return page;
}
Id<Avc> next_to_visit(const Kernel& k, const WalkCursor& w, Id<Avc> from) {
    while (from && !place_in(k, w, from)) from = interval_tree_iter_next(k, from, w.query.pgoffs);
    return from;
}

WalkCursor start_walk(const Kernel& k, Id<Folio> folio) {
    WalkCursor w;
    w.mapped = k.folios[folio].mapcount;
    if (!is_ksm(k, folio)) return w;
    const Id<StableNode> node = k.folios[folio].node;
    w.item = node ? k.nodes[node].hlist : Id<RmapItem>::none();
    w.over = !w.item;
    return w;
}

// Were as many entries met as the folio has mappings?
bool met_enough(const Kernel& k, const WalkCursor& w) {
    return w.hits >= w.mapped && (w.mapped || !k.config.drive.counts_own_places);
}

// Is this the place of the item whose loop it is?
bool is_own_place(const Kernel& k, const WalkCursor& w, Id<Vma> vma, Vpn page) {
    return w.item && k.items[w.item].mm == k.vmas[vma].mm && k.items[w.item].page == page;
}

// The loop is over, and its lock dropped: which is next?
void leave_loop(const Kernel& k, Id<Folio> folio, WalkCursor& w) {
    w.inside = false;
    w.query = {};
    w.next = {};
    w.file = {};
    w.next_of_file = {};
    if (!w.item) {
        w.over = true;
        return;
    }
    w.item = k.items[w.item].next;
    if (w.item) return;
    w.item = k.nodes[k.folios[folio].node].hlist;
    if (!w.search_new_forks) {
        w.search_new_forks = true;
        return;
    }
    w.search_new_forks = false;
    ++w.ask;
    w.over = w.ask >= k.config.drive.asks || met_enough(k, w);
}

// folio_lock_anon_vma_read(), or anon_vma_lock_read() of an rmap_item's.
void enter_loop(const Kernel& k, Id<Folio> folio, WalkCursor& w) {
    const Folio& f = k.folios[folio];
    if (is_of_file(k, folio)) {
        if (!f.file) return; // truncated
        w.inside = true;
        w.file = f.file;
        w.query = {{}, {f.index, f.index}};
        w.next_of_file = interval_tree_first(k.file_links, k.files[f.file].i_mmap, w.query.pgoffs);
        return;
    }
    if (!w.item)
        w.query = {folio_anon_vma(k, f), {f.index, f.index}};
    else if (k.config.drive.query)
        w.query = k.config.drive.query(k.config.drive.who, k, k.items[w.item], w.ask);
    else
        w.query = every_pgoff(k.items[w.item]);
    if (!w.query.anon_vma) return;
    w.inside = true;
    w.next = next_to_visit(k, w, interval_tree_iter_first(k, w.query.anon_vma, w.query.pgoffs));
}

// One visit: of a VMA of the loop that is entered, or was before. Calls one(vma, page). Points are between the loops,
// and before each further VMA of one.
template <class One> void visit(Kernel& k, Id<Folio> folio, WalkCursor& w, One&& one) {
    if (!w.inside) enter_loop(k, folio, w);
    if (w.next_of_file) {
        const FileLink& here = k.file_links[w.next_of_file];
        const Vpn page = vma_address(by_vm_pgoff(k.vmas[here.vma].range), w.query.pgoffs.first);
        const Id<Vma> vma = here.vma;
        w.next_of_file = interval_tree_next(k.file_links, w.next_of_file, w.query.pgoffs);
        const Visit v = one(vma, page);
        w.hits += v.hit;
        if (!v.go_on) w.next_of_file = {};
    } else if (w.next) {
        const Id<Avc> here = w.next;
        w.next = next_to_visit(k, w, interval_tree_iter_next(k, here, w.query.pgoffs));
        const Id<Vma> vma = k.avcs[here].vma;
        const Vpn page = *place_in(k, w, here);
        const bool own = is_own_place(k, w, vma, page), mapped = own && maps_folio(k, vma, page, folio);
        const Visit v = one(vma, page);
        const bool put_back = own && v.hit && k.config.mends.count_migration;
        w.hits += k.config.drive.counts_own_places ? mapped || put_back : v.hit;
        if (!v.go_on) {
            w.inside = false;
            w.over = true;
            return;
        }
    }
    if (!w.next && !w.next_of_file) leave_loop(k, folio, w);
}

// --- a folio in the hands of an operation: locked, and with a reference

void take(Kernel& k, Id<Folio> folio) { k.folios[folio].locked = true; }
void let_go(Kernel& k, Id<Folio> folio) {
    k.folios[folio].locked = false;
    free_if_unused(k, folio);
}

// --- migration

// try_to_migrate_one().
Visit try_to_migrate_one(Kernel& k, Id<Folio> folio, Id<Vma> vma, Vpn page) {
    if (!maps_folio(k, vma, page, folio)) return {false, true};
    Pte& p = k.ptes[pte_at(k, k.vmas[vma].mm, page)];
    Folio& f = k.folios[folio];
    p.kind = Pte::Kind::migration;
    p.exclusive = f.exclusive;
    f.exclusive = false;
    --f.mapcount;
    ++f.migrating;
    return {true, still_mapped(k, folio)};
}

// remove_migration_pte(): a migration entry that names m.from maps m.to.
Visit remove_migration_pte(Kernel& k, const Migrating& m, Id<Vma> vma, Vpn page) {
    const Id<Pte> pte = pte_at(k, k.vmas[vma].mm, page);
    if (!pte || k.ptes[pte].kind != Pte::Kind::migration || k.ptes[pte].folio != m.from) return {false, true};
    Pte& p = k.ptes[pte];
    --k.folios[m.from].migrating;
    p.kind = Pte::Kind::present;
    p.folio = m.to;
    ++k.folios[m.to].mapcount;
    if (p.exclusive) k.folios[m.to].exclusive = true;
    p.exclusive = false;
    return {true, true};
}

// move_to_new_folio(): folio_migrate_mapping(), folio_migrate_ksm().
void move_to_new_folio(Kernel& k, Migrating& m) {
    const Folio moved = k.folios[m.from];
    if (moved.file) leave_page_cache(k, m.from);
    m.to = k.folios.make(moved);
    if (moved.file) enter_page_cache(k, m.to);
    k.folios[m.to].migrating = 0;
    if (moved.swap) k.swaps[moved.swap].folio = m.to;
    if (moved.mapping == Folio::Mapping::ksm && moved.node) k.nodes[moved.node].folio = m.to;
    k.folios[m.from].swap = {};
    k.folios[m.from].node = {};
}

// The end of migrate_folio_move(), or of migrate_folio_undo_src().
void end_migration(Kernel& k, Migrating& m) {
    m.over = true;
    m.result = m.to == m.from ? Errno::eagain : Errno::ok;
    if (m.anon_vma) put_anon_vma(k, m.anon_vma);
    if (k.folios[m.from].migrating) { // the folio stays, so that its name is nobody else's
        k.folios[m.from].node = k.folios[m.to].node;
        k.stale = m.from;
        return;
    }
    if (m.to != m.from) let_go(k, m.to);
    let_go(k, m.from);
}

} // namespace

bool maps_folio(const Kernel& k, Id<Vma> vma, Vpn page, Id<Folio> folio) {
    Id<Pte> pte = pte_at(k, k.vmas[vma].mm, page);
    return pte && k.ptes[pte].kind == Pte::Kind::present && k.ptes[pte].folio == folio;
}

bool mlocked(const Kernel& k, Id<Folio> folio) {
    for (Id<Mm> mm = k.processes.first(k.mms); mm; mm = k.processes.next(k.mms, mm))
        for (Id<Vma> v = first_vma(k, mm); v; v = next_vma(k, v)) {
            const Vma& vma = k.vmas[v];
            if (!(vma.flags & VM_LOCKED)) continue;
            for (Id<Pte> p = pte_from(k, mm, vma.range.start); p && k.ptes[p].page < vma.range.end;
                 p = next_pte(k, mm, p))
                if (k.ptes[p].kind == Pte::Kind::present && k.ptes[p].folio == folio) return true;
        }
    return false;
}

Migrating begin_migration(Kernel& k, Id<Folio> folio) {
    Migrating m;
    m.from = folio;
    if (k.folios[folio].locked) { // whoever has it has taken it off the list that migration takes it from
        m.over = true;
        m.result = Errno::eagain;
        return m;
    }
    take(k, folio);
    if (!is_ksm(k, folio) && !is_of_file(k, folio)) m.anon_vma = folio_anon_vma(k, k.folios[folio]);
    if (m.anon_vma) get_anon_vma(k, m.anon_vma);
    m.walk = start_walk(k, folio);
    return m;
}

void advance(Kernel& k, Migrating& m) {
    using Point = Migrating::Point;
    switch (m.point) {
    case Point::unmapping:
        if (!m.walk.over)
            visit(k, m.from, m.walk, [&](Id<Vma> vma, Vpn page) { return try_to_migrate_one(k, m.from, vma, page); });
        if (m.walk.over) m.point = Point::unmapped;
        return;
    case Point::unmapped:
        if (still_mapped(k, m.from) || k.folios[m.from].pins) // folio_migrate_mapping() wants no other reference
            m.to = m.from;
        else
            move_to_new_folio(k, m);
        m.walk = start_walk(k, m.to);
        if (k.config.mends.count_migration) m.walk.mapped += k.folios[m.from].migrating;
        m.point = Point::restoring;
        if (m.walk.over) end_migration(k, m);
        return;
    case Point::restoring:
        visit(k, m.to, m.walk, [&](Id<Vma> vma, Vpn page) { return remove_migration_pte(k, m, vma, page); });
        if (m.walk.over) end_migration(k, m);
        return;
    }
}

// --- reclaim

namespace {

// try_to_unmap_one().
Visit try_to_unmap_one(Kernel& k, Id<Folio> folio, Id<Vma> vma, Vpn page) {
    if (!maps_folio(k, vma, page, folio)) return {false, true};
    if (k.vmas[vma].flags & VM_LOCKED) return {false, false};
    const Id<Mm> mm = k.vmas[vma].mm;
    if (is_of_file(k, folio)) {
        zap_pte(k, mm, pte_at(k, mm, page));
        return {true, still_mapped(k, folio)};
    }
    const Id<SwapEntry> swap = k.folios[folio].swap;
    const bool exclusive = k.folios[folio].exclusive;
    k.folios[folio].exclusive = false;
    ++k.swaps[swap].count; // swap_duplicate() comes first, so that the slot outlives the mapping
    zap_pte(k, mm, pte_at(k, mm, page));
    map_swap(k, mm, page, swap, exclusive);
    --k.swaps[swap].count;
    return {true, still_mapped(k, folio)};
}

} // namespace

Reclaiming begin_reclaim(Kernel& k, Id<Folio> folio) {
    Reclaiming r;
    r.folio = folio;
    const bool unevictable = mlocked(k, folio);  // it is on no list that reclaim takes pages from
    if (unevictable || k.folios[folio].locked) { // folio_trylock()
        r.over = true;
        r.result = Errno::eagain;
        return r;
    }
    take(k, folio);
    if (!is_of_file(k, folio)) add_to_swap_cache(k, folio);
    r.walk = start_walk(k, folio);
    return r;
}

void advance(Kernel& k, Reclaiming& r) {
    if (r.point == Reclaiming::Point::unmapped) {
        r.over = true;
        r.result = still_mapped(k, r.folio) ? Errno::eagain : Errno::ok;
        let_go(k, r.folio);
        return;
    }
    if (!r.walk.over)
        visit(k, r.folio, r.walk, [&](Id<Vma> vma, Vpn page) { return try_to_unmap_one(k, r.folio, vma, page); });
    if (r.walk.over) r.point = Reclaiming::Point::unmapped;
}
} // namespace model
