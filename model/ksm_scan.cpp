// What ksmd visits, and what of its rmap_items it keeps: ksm_do_scan(), scan_get_next_rmap_item().
//
// A pass is one operation: nothing else runs between two pages, so the cursor rests at the head of the list whenever
// another operation looks, and the unstable tree never outlives its pass.
#include "model/address_space.h"
#include "model/ksm.h"
#include "model/locks.h"
#include "model/page_table.h"

namespace model {
namespace {

// skip_age().
std::uint8_t skip_age(std::uint8_t age) {
    if (age <= 3) return 1;
    if (age <= 5) return 2;
    if (age <= 8) return 4;
    return 8;
}

// should_skip_rmap_item().
bool should_skip(Kernel& k, const Folio& folio, Id<RmapItem> id) {
    if (!k.config.smart_scan || folio.mapping == Folio::Mapping::ksm) return false;
    RmapItem& item = k.items[id];
    if (listed_are_not_scanned(k.config) && item.state == RmapItem::State::stable) return false;
    const std::uint8_t a = age(item);
    if (a != UINT8_MAX) set_age(item, static_cast<std::uint8_t>(a + 1));
    if (a < 3) return false;
    if (!remaining_skips(item)) {
        set_remaining_skips(item, skip_age(a));
        return false;
    }
    ++k.ksm.pages_skipped;
    set_remaining_skips(item, static_cast<std::uint8_t>(remaining_skips(item) - 1));
    remove_rmap_item_from_tree(k, id);
    return true;
}

// Where the scanner stands in one process: its address, and the first item that it has not passed.
struct ScanCursor {
    Vpn address{};
    Id<RmapItem> ahead;
};

// get_next_rmap_item(): the item of this page; items that were passed over are freed.
Id<RmapItem> get_next_rmap_item(Kernel& k, Id<Mm> mm, Vpn page, ScanCursor& at) {
    auto& items = k.mms[mm].items;
    while (at.ahead && k.items[at.ahead].page < page) {
        Id<RmapItem> gone = at.ahead;
        at.ahead = items.next(k.items, gone);
        free_rmap_item(k, gone);
    }
    if (at.ahead && k.items[at.ahead].page == page) {
        Id<RmapItem> item = at.ahead;
        at.ahead = items.next(k.items, item);
        return item;
    }
    RmapItem fresh;
    fresh.mm = mm;
    fresh.page = page;
    Id<RmapItem> item = k.items.make(fresh);
    items.insert(k.items, item);
    return item;
}

// One pass: how it goes, and what it has seen.
struct Pass {
    Scanner scanner;
    UnstableTree unstable{};
    std::uint64_t looked_at = 0;
};

// The next entry from the cursor on, before `end`: from entry to entry, or address by address.
Id<Pte> next_entry(const Kernel& k, Id<Mm> mm, Pass& pass, ScanCursor& at, Vpn end) {
    for (; at.address < end; at.address += Pages{1}) {
        const bool by_range = pass.scanner == Scanner::by_range;
        const Id<Pte> pte = by_range ? pte_from(k, mm, at.address) : pte_at(k, mm, at.address);
        if (by_range && (!pte || k.ptes[pte].page >= end)) break;
        ++pass.looked_at;
        if (!pte) continue;
        at.address = k.ptes[pte].page + Pages{1};
        return pte;
    }
    return {};
}

void scan_vma(Kernel& k, Id<Mm> mm, Id<Vma> vma, Pass& pass, ScanCursor& at) {
    const Vpn end = k.vmas[vma].range.end;
    while (Id<Pte> pte = next_entry(k, mm, pass, at, end)) {
        const Pte p = k.ptes[pte];
        if (p.kind != Pte::Kind::present) continue;
        Id<RmapItem> item = get_next_rmap_item(k, mm, p.page, at);
        if (!should_skip(k, k.folios[p.folio], item)) cmp_and_merge_page(k, pass.unstable, p.folio, item);
    }
    at.address = end;
}

void scan_mm(Kernel& k, Id<Mm> mm, Pass& pass) {
    ScanCursor at{{}, k.mms[mm].items.first(k.items)};
    if (!k.mms[mm].exited) {
        need_mmap_lock(k, mm);
        for (Id<Vma> vma = first_vma(k, mm); vma; vma = next_vma(k, vma)) {
            const Vma& v = k.vmas[vma];
            if (!(v.flags & VM_MERGEABLE)) continue;
            at.address = v.range.start;
            if (v.anon_vma)
                scan_vma(k, mm, vma, pass, at);
            else
                at.address = v.range.end;
        }
    }
    while (at.ahead) { // remove_trailing_rmap_items()
        Id<RmapItem> gone = at.ahead;
        at.ahead = k.mms[mm].items.next(k.items, gone);
        free_rmap_item(k, gone);
    }
    if (at.address == Vpn{}) ksm_drop_slot(k, mm); // no mergeable VMA was met
}

} // namespace

std::uint64_t ksm_full_scan(Kernel& k, Scanner scanner) {
    if (!k.ksm.slots_first) return 0;
    Pass pass{scanner};
    for (Id<Mm> mm = k.ksm.slots_first; mm;) {
        Id<Mm> next = k.mms[mm].slot_next;
        scan_mm(k, mm, pass);
        mm = next;
    }
    ++k.ksm.seqnr;
    return pass.looked_at;
}

} // namespace model
