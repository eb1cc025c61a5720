#include "model/address_space.h"
#include "model/fault.h"
#include "model/ksm.h"
#include "model/locks.h"
#include "model/page_table.h"

namespace model {
namespace {

void unlink_slot(Kernel& k, Mm& mm) {
    (mm.slot_prev ? k.mms[mm.slot_prev].slot_next : k.ksm.slots_first) = mm.slot_next;
    (mm.slot_next ? k.mms[mm.slot_next].slot_prev : k.ksm.slots_last) = mm.slot_prev;
    mm.slot_prev = mm.slot_next = {};
}

void link_slot_first(Kernel& k, Id<Mm> id) {
    Mm& mm = k.mms[id];
    mm.slot_next = k.ksm.slots_first;
    (mm.slot_next ? k.mms[mm.slot_next].slot_prev : k.ksm.slots_last) = id;
    k.ksm.slots_first = id;
}

// In front of another, or behind it.
void link_slot_before(Kernel& k, Id<Mm> id, Id<Mm> other) {
    Mm &mm = k.mms[id], &o = k.mms[other];
    mm.slot_prev = o.slot_prev;
    mm.slot_next = other;
    (o.slot_prev ? k.mms[o.slot_prev].slot_next : k.ksm.slots_first) = id;
    o.slot_prev = id;
}
void link_slot_behind(Kernel& k, Id<Mm> id, Id<Mm> other) {
    Mm &mm = k.mms[id], &o = k.mms[other];
    mm.slot_next = o.slot_next;
    mm.slot_prev = other;
    (o.slot_next ? k.mms[o.slot_next].slot_prev : k.ksm.slots_last) = id;
    o.slot_next = id;
}

// The process at which a scan in flight stands; none where the cursor rests at the head of the list.
Id<Mm> cursor_of(const Kernel& k) {
    for (const Flight& f : k.flights)
        if (const auto* s = std::get_if<Scanning>(&f.what); s && !s->over) return s->mm;
    return {};
}

void link_slot_last(Kernel& k, Id<Mm> id) {
    Mm& mm = k.mms[id];
    mm.slot_prev = k.ksm.slots_last;
    (mm.slot_prev ? k.mms[mm.slot_prev].slot_next : k.ksm.slots_first) = id;
    k.ksm.slots_last = id;
}

void unmerge_vmas(Kernel& k, Id<Mm> mm) {
    for (Id<Vma> v = first_vma(k, mm); v; v = next_vma(k, v))
        if ((k.vmas[v].flags & VM_MERGEABLE) && k.vmas[v].anon_vma)
            unmerge_ksm_pages(k, v, k.vmas[v].range.start, k.vmas[v].range.end);
}

} // namespace

void ksm_enter(Kernel& k, Id<Mm> mm) {
    if (k.mms[mm].vm_mergeable) return;
    k.mms[mm].vm_mergeable = true;
    if (const Id<Mm> cursor = cursor_of(k)) // before it: the pass that goes on does not come there
        link_slot_before(k, mm, cursor);
    else
        link_slot_last(k, mm);
}

void ksm_drop_slot(Kernel& k, Id<Mm> mm) {
    unlink_slot(k, k.mms[mm]);
    k.mms[mm].vm_mergeable = false;
    if (k.mms[mm].exited) k.mms.drop(mm);
}

void ksm_exit(Kernel& k, Id<Mm> id) {
    Mm& mm = k.mms[id];
    const Id<Mm> cursor = cursor_of(k);
    if (!mm.vm_mergeable || id == cursor) return; // the scan will notice
    unlink_slot(k, mm);
    if (mm.items.empty())
        mm.vm_mergeable = false;
    else if (cursor)
        link_slot_behind(k, id, cursor); // visited next
    else
        link_slot_first(k, id);
}

void ksm_fork(Kernel& k, Id<Mm> child, Id<Mm> parent) {
    k.mms[child].merge_any = k.mms[parent].merge_any;
    if (!k.mms[parent].vm_mergeable) return;
    k.mms[child].ksm_zero_pages = k.mms[parent].ksm_zero_pages;
    k.ksm.zero_pages += k.mms[child].ksm_zero_pages;
    ksm_enter(k, child);
}

UnmergedPages unmerge_ksm_pages(Kernel& k, Id<Vma> vma, Vpn start, Vpn end, Scanner scanner) {
    const Id<Mm> mm = k.vmas[vma].mm;
    UnmergedPages u;
    for (Vpn page = start; page < end; page += Pages{1}, ++u.looked_at) {
        if (scanner == Scanner::by_range) {
            const Id<Pte> next = pte_from(k, mm, page);
            if (!next || k.ptes[next].page >= end) break;
            page = k.ptes[next].page;
        }
        u.copied += break_ksm(k, vma, page); // may replace the entry; does nothing where there is none
    }
    return u;
}

void ksm_enable_merge_any(Kernel& k, Id<Mm> mm) {
    if (k.mms[mm].merge_any) return;
    ksm_enter(k, mm);
    k.mms[mm].merge_any = true;
    for (Id<Vma> v = first_vma(k, mm); v; v = next_vma(k, v)) // no merge is tried
        if (ksm_compatible(k.vmas[v].flags)) k.vmas[v].flags |= VM_MERGEABLE;
}

void ksm_disable_merge_any(Kernel& k, Id<Mm> mm) {
    if (!k.mms[mm].merge_any) return;
    unmerge_vmas(k, mm); // ksm_del_vmas()
    for (Id<Vma> v = first_vma(k, mm); v; v = next_vma(k, v)) k.vmas[v].flags &= ~std::uint64_t{VM_MERGEABLE};
    k.mms[mm].merge_any = false;
}

std::uint64_t ksm_vma_flags(Kernel& k, Id<Mm> mm, std::uint64_t flags) {
    if (!k.mms[mm].merge_any || !k.config.rules.merge_any_before_merge) return flags;
    if (!ksm_compatible(flags)) return flags;
    ksm_enter(k, mm);
    return flags | VM_MERGEABLE;
}

void ksm_add_vma(Kernel& k, Id<Vma> vma) {
    const Id<Mm> mm = k.vmas[vma].mm;
    if (!k.mms[mm].merge_any || !ksm_compatible(k.vmas[vma].flags)) return;
    ksm_enter(k, mm);
    k.vmas[vma].flags |= VM_MERGEABLE;
}

bool remove_all_stable_nodes(Kernel& k) {
    std::vector<Id<StableNode>> unmapped;
    bool all = true;
    k.nodes.each([&](Id<StableNode> id, const StableNode& n) {
        if (n.folio && k.folios[n.folio].mapcount)
            all = false;
        else
            unmapped.push_back(id);
    });
    for (Id<StableNode> n : unmapped) {
        if (Id<Folio> folio = k.nodes[n].folio) {
            need_folio_lock(k, folio);
            k.folios[folio].node = {};
        }
        remove_node_from_stable_tree(k, n);
    }
    std::erase_if(k.ksm.stable, [](const StablePlace& p) { return p.dups.empty(); });
    return all;
}

void unmerge_and_remove_all_rmap_items(Kernel& k) {
    for (Id<Mm> mm = k.ksm.slots_first; mm;) {
        const Id<Mm> next = k.mms[mm].slot_next;
        if (!k.mms[mm].exited) {
            need_mmap_lock(k, mm);
            unmerge_vmas(k, mm);
        }
        while (Id<RmapItem> item = k.mms[mm].items.first(k.items)) free_rmap_item(k, item);
        if (k.mms[mm].exited) ksm_drop_slot(k, mm);
        mm = next;
    }
    remove_all_stable_nodes(k);
    k.ksm.seqnr = 0;
}

KsmCounters ksm_counters(const Kernel& k) {
    KsmCounters c;
    k.nodes.each([&](Id<StableNode>, const StableNode& n) {
        if (!n.hlist) return;
        ++c.pages_shared;
        c.pages_sharing += static_cast<std::uint64_t>(n.rmap_hlist_len - 1);
    });
    k.items.each([&](Id<RmapItem>, const RmapItem& i) { c.pages_unshared += i.state == RmapItem::State::unstable; });
    const std::uint64_t items = k.items.live_count();
    c.pages_volatile = items - c.pages_shared - c.pages_sharing - c.pages_unshared;
    for (const StablePlace& p : k.ksm.stable)
        if (p.chain) ++c.stable_node_chains, c.stable_node_dups += p.dups.size();
    c.full_scans = k.ksm.seqnr;
    c.pages_skipped = k.ksm.pages_skipped;
    c.ksm_zero_pages = k.ksm.zero_pages;
    c.general_profit =
        (static_cast<std::int64_t>(c.pages_sharing) + c.ksm_zero_pages) * static_cast<std::int64_t>(PAGE_SIZE) -
        static_cast<std::int64_t>(items) * 64;
    return c;
}

KsmStat ksm_stat(const Kernel& k, Id<Mm> mm) {
    KsmStat s;
    const auto& list = k.mms[mm].items;
    for (Id<RmapItem> i = list.first(k.items); i; i = list.next(k.items, i)) {
        ++s.ksm_rmap_items;
        s.ksm_merging_pages += k.items[i].state == RmapItem::State::stable;
    }
    s.ksm_zero_pages = k.mms[mm].ksm_zero_pages;
    s.ksm_merge_any = k.mms[mm].merge_any;
    return s;
}

} // namespace model
