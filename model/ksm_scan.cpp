// What ksmd visits, and what of its rmap_items it keeps: ksm_do_scan(), scan_get_next_rmap_item().
//
// A scan is a state machine like every operation that can be in flight (model/flight.h). Where none is, the cursor
// rests at the head of the list, and no unstable tree outlives its pass.
#include "model/address_space.h"
#include "model/anon_vma.h"
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

// should_skip_rmap_item(), but for what it does where it says yes.
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
    return true;
}

// free_rmap_item(), of one that may be in the unstable tree of this pass.
Id<RmapItem> free_ahead(Kernel& k, Scanning& s) {
    const Id<RmapItem> gone = s.ahead;
    const Id<RmapItem> next = k.mms[s.mm].items.next(k.items, gone);
    if (k.items[gone].state == RmapItem::State::unstable)
        std::erase_if(s.unstable, [&](const auto& place) { return place.second == gone; });
    free_rmap_item(k, gone);
    return next;
}

// get_next_rmap_item(): the item of this page; items that were passed over are freed.
Id<RmapItem> get_next_rmap_item(Kernel& k, Scanning& s, Vpn page) {
    auto& items = k.mms[s.mm].items;
    while (s.ahead && k.items[s.ahead].page < page) s.ahead = free_ahead(k, s);
    if (s.ahead && k.items[s.ahead].page == page) {
        const Id<RmapItem> item = s.ahead;
        s.ahead = items.next(k.items, item);
        return item;
    }
    RmapItem fresh;
    fresh.mm = s.mm;
    fresh.page = page;
    const Id<RmapItem> item = k.items.make(fresh);
    items.insert(k.items, item);
    return item;
}

// The next entry from the cursor on, before `end`: from entry to entry, or address by address.
Id<Pte> next_entry(const Kernel& k, Scanning& s, Vpn end) {
    for (; s.address < end; s.address += Pages{1}) {
        const Id<Pte> pte = s.by_range ? pte_from(k, s.mm, s.address) : pte_at(k, s.mm, s.address);
        if (s.by_range && (!pte || k.ptes[pte].page >= end)) break;
        ++s.looked_at;
        if (!pte) continue;
        s.address = k.ptes[pte].page + Pages{1};
        return pte;
    }
    return {};
}

// Is the next page of this process there? It is in hand then.
bool next_page(Kernel& k, Scanning& s) {
    if (k.mms[s.mm].exited) {
        s.address = {}; // ksm_test_exit(): and all of its items go
        s.ahead = k.mms[s.mm].items.first(k.items);
        return false;
    }
    need_mmap_lock(k, s.mm);
    for (Id<Vma> vma = s.vma ? s.vma : find_vma(k, s.mm, s.address); vma; vma = next_vma(k, vma)) {
        const Vma& v = k.vmas[vma];
        if (!(v.flags & VM_MERGEABLE)) continue;
        if (s.address < v.range.start) s.address = v.range.start;
        if (!v.anon_vma) {
            s.address = v.range.end;
            continue;
        }
        while (const Id<Pte> pte = next_entry(k, s, v.range.end)) {
            const Pte& p = k.ptes[pte];
            if (p.kind != Pte::Kind::present || k.folios[p.folio].mapping == Folio::Mapping::file) continue;
            s.hand.folio = p.folio;
            s.hand.item = get_next_rmap_item(k, s, p.page);
            s.vma = vma;
            return true;
        }
        s.address = v.range.end;
    }
    return false;
}

// The last page of the process is behind the cursor: remove_trailing_rmap_items(), and whose turn is next?
void leave_process(Kernel& k, Scanning& s) {
    while (s.ahead) s.ahead = free_ahead(k, s);
    const Id<Mm> left = s.mm;
    s.mm = k.mms[left].slot_next;
    if (s.address == Vpn{}) ksm_drop_slot(k, left); // no mergeable VMA was met
    s.address = {};
    s.vma = {};
    if (s.mm) {
        s.ahead = k.mms[s.mm].items.first(k.items);
        return;
    }
    ++k.ksm.seqnr;
    s.unstable.clear();
    s.over = --s.passes == 0;
}

// --- the page in hand

void put_down(Scanning& s) {
    s.hand = {};
    s.point = Scanning::Point::page;
}

// The rest of what is done with the page, up to where it is merged and not listed.
void compare(Kernel& k, Scanning& s) {
    if (s.hand.skip)
        remove_rmap_item_from_tree(k, s.hand.item);
    else
        cmp_and_merge_page(k, s.unstable, s.hand);
    if (!s.hand.kfolio) return put_down(s);
    s.hand.folio = {}; // it may have gone with its last mapping
    s.point = Scanning::Point::unlisted;
}

// To the next page, and what should_skip_rmap_item() writes. Who looks sees that only in an item that is listed.
void take_page(Kernel& k, Scanning& s) {
    if (!s.mm) {
        s.mm = k.ksm.slots_first;
        if (!s.mm) { // nothing to scan
            s.over = true;
            return;
        }
        s.ahead = k.mms[s.mm].items.first(k.items);
    }
    if (!next_page(k, s)) return leave_process(k, s);
    const bool listed = k.items[s.hand.item].state == RmapItem::State::stable;
    s.hand.skip = should_skip(k, k.folios[s.hand.folio], s.hand.item);
    if (listed && k.folios[s.hand.folio].mapping != Folio::Mapping::ksm)
        s.point = Scanning::Point::aged;
    else
        compare(k, s);
}

void scan_on(Kernel& k, Scanning& s) {
    switch (s.point) {
    case Scanning::Point::page: return take_page(k, s);
    case Scanning::Point::aged: return compare(k, s);
    case Scanning::Point::unlisted: list_merged(k, s.hand); return put_down(s);
    }
}

// Folios in hand stay, whatever happens meanwhile.
void pin(Kernel& k, const Scanning& s, bool on) {
    for (Id<Folio> folio : {s.hand.folio, s.hand.kfolio}) {
        if (!folio) continue;
        k.folios[folio].pins = static_cast<std::uint8_t>(k.folios[folio].pins + (on ? 1 : -1));
    }
}
void free_what_was_in_hand(Kernel& k, const PageInHand& hand) {
    for (Id<Folio> folio : {hand.folio, hand.kfolio})
        if (folio && k.folios.alive(folio)) free_if_unused(k, folio);
}

} // namespace

Scanning begin_scan(std::uint64_t passes, Scanner scanner) {
    Scanning s;
    s.passes = passes;
    s.over = !passes;
    s.by_range = scanner == Scanner::by_range;
    return s;
}

// One step, with others before and behind it: what was looked up does not hold, what is in hand does.
void advance(Kernel& k, Scanning& s) {
    const PageInHand before = s.hand;
    pin(k, s, false);
    scan_on(k, s);
    s.vma = {};
    pin(k, s, true);
    free_what_was_in_hand(k, before);
}

std::uint64_t ksm_full_scan(Kernel& k, Scanner scanner) {
    if (!k.ksm.slots_first) return 0;
    Scanning s = begin_scan(1, scanner);
    while (!s.over) scan_on(k, s);
    return s.looked_at;
}

} // namespace model
