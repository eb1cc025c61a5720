#include <algorithm>

#include "model/anon_vma.h"
#include "model/ksm.h"
#include "model/locks.h"

namespace model {
namespace {

constexpr unsigned AGE_SHIFT = 32, SKIPS_SHIFT = 40;

template <class T> T lane(const RmapItem& i, unsigned shift) { return static_cast<T>(i.scan_word >> shift); }
template <class T> void set_lane(RmapItem& i, unsigned shift, T value) {
    const std::uint64_t mask = std::uint64_t{static_cast<T>(~T{0})} << shift;
    i.scan_word = (i.scan_word & ~mask) | (std::uint64_t{value} << shift);
}

std::vector<StablePlace>::iterator place_for(Kernel& k, std::uint8_t byte) {
    return std::lower_bound(k.ksm.stable.begin(), k.ksm.stable.end(), byte,
                            [](const StablePlace& p, std::uint8_t b) { return p.byte < b; });
}

// stable_node_dup_del() or rb_erase(): the node leaves the tree. An emptied chain stays until a search meets it.
void take_from_place(Kernel& k, Id<StableNode> node) {
    auto place = place_for(k, k.nodes[node].byte);
    require(place != k.ksm.stable.end() && place->byte == k.nodes[node].byte,
            "a stable node is not in the stable tree");
    std::erase(place->dups, node);
    if (place->dups.empty() && !place->chain) k.ksm.stable.erase(place);
}

void unlist(Kernel& k, Id<RmapItem> id) { // hlist_del()
    RmapItem& i = k.items[id];
    if (i.next) k.items[i.next].prev = i.prev;
    if (i.prev)
        k.items[i.prev].next = i.next;
    else
        k.nodes[i.head].hlist = i.next;
    i.next = i.prev = {};
}

Pgoff index_at_merge(const RmapItem& item) { return linear_page_index(item.merged.range, item.page); }

// Behind the item, what it leads to stays in the list, unless another that is there leads to the same.
void leave_lead(Kernel& k, Id<RmapItem> id) {
    for (Id<RmapItem> i = k.nodes[k.items[id].head].hlist; i; i = k.items[i].next)
        if (i != id && k.items[i].anon_vma == k.items[id].anon_vma &&
            index_at_merge(k.items[i]) == index_at_merge(k.items[id]))
            return;
    RmapItem lead = k.items[id];
    lead.mm = {};
    lead.by_page = {};
    lead.prev = id;
    get_anon_vma(k, lead.anon_vma);
    const Id<RmapItem> next = lead.next;
    const Id<RmapItem> made = k.items.make(lead);
    k.items[id].next = made;
    if (next) k.items[next].prev = made;
}

// What both ways out of the stable tree do to an item.
void let_go(Kernel& k, RmapItem& item) {
    forget_merge(k, item);
    item.state = RmapItem::State::free;
}

// stable_node_dup(): the first live candidate of a place; else the first live node; stale nodes are dropped. Chains
// that are down to one node, or to none, collapse. Never prunes: passes follow each other faster than
// stable_node_chains_prune_millisecs.
Id<StableNode> pick_from_place(Kernel& k, std::uint8_t byte) {
    Id<StableNode> found;
    for (std::size_t n = 0;;) {
        auto place = place_for(k, byte);
        if (place == k.ksm.stable.end() || place->byte != byte) return {}; // reaped with its last node
        if (n >= place->dups.size()) break;
        Id<StableNode> dup = place->dups[n];
        if (!ksm_get_folio(k, dup)) continue; // removed: the next one has taken its place
        ++n;
        const bool candidate = is_page_sharing_candidate(k, dup);
        if (!found || candidate) found = dup;
        if (candidate) break;
    }
    auto place = place_for(k, byte);
    if (!found) {
        k.ksm.stable.erase(place); // free_stable_node_chain()
        return {};
    }
    if (!place->chain) return found;
    if (place->dups.size() == 1)
        place->chain = false;
    else if (place->dups.front() != found && is_page_sharing_candidate(k, found, 1)) {
        std::erase(place->dups, found);
        place->dups.insert(place->dups.begin(), found);
    }
    return found;
}

} // namespace

std::uint32_t oldchecksum(const RmapItem& i) { return lane<std::uint32_t>(i, 0); }
std::uint8_t age(const RmapItem& i) { return lane<std::uint8_t>(i, AGE_SHIFT); }
std::uint8_t remaining_skips(const RmapItem& i) { return lane<std::uint8_t>(i, SKIPS_SHIFT); }
void set_oldchecksum(RmapItem& i, std::uint32_t checksum) { set_lane(i, 0, checksum); }
void set_age(RmapItem& i, std::uint8_t age) { set_lane(i, AGE_SHIFT, age); }
void set_remaining_skips(RmapItem& i, std::uint8_t skips) { set_lane(i, SKIPS_SHIFT, skips); }

std::uint32_t checksum(std::uint8_t byte) { // spread out, so that it does not look like a small page offset
    return (std::uint32_t{byte} + 1) * 0x9e3779b1u | 1u;
}

void record_merge(Kernel& k, Id<RmapItem> id, Id<Vma> vma, bool by_root) {
    RmapItem& item = k.items[id];
    const Vma& v = k.vmas[vma];
    item.anon_vma = by_root ? k.anon_vmas[v.anon_vma].root : v.anon_vma;
    get_anon_vma(k, item.anon_vma);
    const ItemLayout& layout = k.config.layout;
    item.merged = {vma, v.birth, v.range};
    if (!layout.keeps_end) item.merged.range.end = {};
    if (k.config.rules.listed_items_lose_scan_word) item.scan_word = 0;
    if (layout.in_union) item.scan_word = layout.in_union(item.merged, item.page);
}

void forget_merge(Kernel& k, RmapItem& item) {
    put_anon_vma(k, item.anon_vma);
    item.anon_vma = {};
    item.merged = {};
    if (unlisting_clears(k.config)) item.scan_word = 0;
}

void stable_tree_append(Kernel& k, Id<RmapItem> id, Id<StableNode> node) {
    RmapItem& item = k.items[id];
    StableNode& n = k.nodes[node];
    item.state = RmapItem::State::stable;
    item.head = node;
    item.head_birth = n.birth;
    item.prev = {};
    item.next = n.hlist;
    if (n.hlist) k.items[n.hlist].prev = id;
    n.hlist = id;
    ++n.rmap_hlist_len;
}

bool listed_at(const Kernel& k, const RmapItem& item, Id<StableNode> node) {
    return item.head && item.head == node && item.head_birth == k.nodes[node].birth;
}

void remove_rmap_item_from_tree(Kernel& k, Id<RmapItem> id) {
    RmapItem& item = k.items[id];
    if (item.state == RmapItem::State::unstable) item.state = RmapItem::State::free;
    if (item.state != RmapItem::State::stable) return;
    if (!k.nodes[item.head].folio) {
        remove_node_from_stable_tree(k, item.head);
        return; // the head is left as it is
    }
    need_folio_lock(k, k.nodes[item.head].folio);
    if (k.config.mends.leave_leads) leave_lead(k, id);
    RmapItem& gone = k.items[id]; // a lead may have moved it
    unlist(k, id);
    --k.nodes[gone.head].rmap_hlist_len;
    let_go(k, gone);
    gone.head = {};
    gone.head_birth = 0;
}

void refresh_merge(Kernel& k, Id<RmapItem> id, Id<Vma> vma) {
    const RmapItem before = k.items[id];
    const Id<AnonVma> own = k.vmas[vma].anon_vma;
    const bool by_root = k.config.mends.root_anon_vma && before.anon_vma == k.anon_vmas[own].root;
    const bool same_index = linear_page_index(k.vmas[vma].range, before.page) == index_at_merge(before);
    if (same_index && (by_root || before.anon_vma == own)) return;
    if (k.config.mends.leave_leads) leave_lead(k, id);
    record_merge(k, id, vma, by_root);
    put_anon_vma(k, before.anon_vma);
}

void make_item(Kernel& k, Id<Vma> vma, Vpn page, Id<Folio> kfolio) {
    need_ksm_thread_mutex(k);
    const Id<Mm> mm = k.vmas[vma].mm;
    const Id<StableNode> node = k.folios[kfolio].node;
    ksm_enter(k, mm);
    auto& items = k.mms[mm].items;
    Id<RmapItem> id = items.lower_bound(k.items, [&](const RmapItem& i) { return i.page >= page; });
    if (!id || k.items[id].page != page) {
        RmapItem fresh;
        fresh.mm = mm;
        fresh.page = page;
        id = k.items.make(fresh);
        items.insert(k.items, id);
    }
    if (k.items[id].state == RmapItem::State::stable && listed_at(k, k.items[id], node))
        return refresh_merge(k, id, vma);
    remove_rmap_item_from_tree(k, id);
    record_merge(k, id, vma);
    stable_tree_append(k, id, node);
}

void free_rmap_item(Kernel& k, Id<RmapItem> id) {
    remove_rmap_item_from_tree(k, id);
    k.mms[k.items[id].mm].items.erase(k.items, id);
    k.items.drop(id);
}

void remove_node_from_stable_tree(Kernel& k, Id<StableNode> node) {
    for (Id<RmapItem> i = k.nodes[node].hlist; i;) {
        const Id<RmapItem> here = i;
        RmapItem& item = k.items[here];
        i = item.next;
        item.next = item.prev = {};
        let_go(k, item);
        if (k.config.mends.reset_reaped_head) {
            item.head = {};
            item.head_birth = 0;
        }
        if (is_lead(item)) k.items.drop(here);
    }
    take_from_place(k, node);
    k.nodes.drop(node);
}

Id<Folio> ksm_get_folio(Kernel& k, Id<StableNode> node) {
    Id<Folio> folio = k.nodes[node].folio;
    if (!folio) remove_node_from_stable_tree(k, node);
    return folio;
}

bool is_page_sharing_candidate(const Kernel& k, Id<StableNode> node, std::int32_t offset) {
    const std::int32_t len = k.nodes[node].rmap_hlist_len;
    return len > 0 && len + offset < static_cast<std::int32_t>(k.config.max_page_sharing);
}

Id<Folio> stable_tree_search(Kernel& k, std::uint8_t byte) {
    Id<StableNode> node = pick_from_place(k, byte);
    return node && is_page_sharing_candidate(k, node) ? k.nodes[node].folio : Id<Folio>::none();
}

Id<StableNode> stable_tree_insert(Kernel& k, Id<Folio> folio) {
    StableNode n;
    n.folio = folio;
    n.byte = k.folios[folio].byte;
    n.birth = ++k.births;
    const bool need_chain = static_cast<bool>(pick_from_place(k, n.byte));
    Id<StableNode> id = k.nodes.make(n);
    auto place = place_for(k, n.byte);
    if (need_chain) {
        place->chain = true;
        place->dups.insert(place->dups.begin(), id); // stable_node_chain_add_dup()
    } else
        k.ksm.stable.insert(place, {n.byte, false, {id}});
    k.folios[folio].node = id;
    return id;
}

} // namespace model
