// What happens to one page that the scanner returns: cmp_and_merge_page() and what it calls.
#include <algorithm>

#include "model/address_space.h"
#include "model/anon_vma.h"
#include "model/fault.h"
#include "model/ksm.h"
#include "model/locks.h"
#include "model/page_table.h"

namespace model {
namespace {

Id<Folio> folio_at(const Kernel& k, Id<Mm> mm, Vpn page) {
    Id<Pte> pte = pte_at(k, mm, page);
    return pte && k.ptes[pte].kind == Pte::Kind::present ? k.ptes[pte].folio : Id<Folio>::none();
}

// get_mergeable_page(): the page behind an item of the unstable tree, if it can still be merged.
Id<Folio> get_mergeable_page(const Kernel& k, Id<RmapItem> item) {
    const RmapItem& i = k.items[item];
    const Id<Folio> folio = find_mergeable_vma(k, i.mm, i.page) ? folio_at(k, i.mm, i.page) : Id<Folio>::none();
    return folio && k.folios[folio].mapping != Folio::Mapping::file ? folio : Id<Folio>::none();
}

// replace_page(): the entry maps `kfolio` instead.
void replace_page(Kernel& k, Id<Mm> mm, Vpn page, Id<Folio> kfolio) {
    zap_pte(k, mm, pte_at(k, mm, page));
    map_folio(k, mm, page, kfolio);
}

// try_to_merge_one_page(): `kfolio` none upgrades the folio itself to a KSM page; every other entry that maps it, in
// whatever process, thereby maps a KSM page without an rmap_item. Nothing else holds references on a folio here, so
// write_protect_page() does not fail unless one is in flight; but a page can be write-protected only where the VMA has
// it at its own index.
bool try_to_merge_one_page(Kernel& k, Id<Vma> vma, Vpn page, Id<Folio> folio, Id<Folio> kfolio) {
    if (folio == kfolio) return true;
    Folio& f = k.folios[folio];
    if (f.mapping != Folio::Mapping::anon || f.locked) return false; // folio_trylock()
    if (f.pins) return false;                                        // write_protect_page(): somebody else looks at it
    if (folio_at(k, k.vmas[vma].mm, page) != folio) return false;    // write_protect_page(): it was unmapped meanwhile
    if (f.index != linear_page_index(k.vmas[vma].range, page)) return false;
    const bool named = f.swap && k.swaps[f.swap].count; // by swap entries
    if (!kfolio && k.config.mends.upgrade_alone && (f.mapcount != 1 || named)) return false;
    f.exclusive = false;
    if (!kfolio) {
        f.mapping = Folio::Mapping::ksm;
        f.node = {};
        f.anon_vma = {};
        return true;
    }
    if (f.byte != k.folios[kfolio].byte) return false;
    replace_page(k, k.vmas[vma].mm, page, kfolio);
    return true;
}

// try_to_merge_with_ksm_page().
bool try_to_merge_with_ksm_page(Kernel& k, Id<RmapItem> item, Id<Folio> folio, Id<Folio> kfolio) {
    const Vpn page = k.items[item].page;
    Id<Vma> vma = find_mergeable_vma(k, k.items[item].mm, page);
    const bool shared = k.folios[folio].mapcount > 1 || k.folios[folio].swap; // it has sharers, if it is upgraded
    if (!vma || !try_to_merge_one_page(k, vma, page, folio, kfolio)) return false;
    remove_rmap_item_from_tree(k, item);
    record_merge(k, item, vma, k.config.mends.root_anon_vma && !kfolio && shared);
    return true;
}

// break_cow(): undoes a merge that was not listed.
void break_cow(Kernel& k, Id<RmapItem> id) {
    RmapItem& item = k.items[id];
    forget_merge(k, item);
    const Vpn page = item.page;
    if (Id<Vma> vma = find_mergeable_vma(k, item.mm, page)) break_ksm(k, vma, page);
}

// try_to_merge_with_zero_page(): returns whether the page needs no further work.
bool try_to_merge_with_zero_page(Kernel& k, Id<RmapItem> item, Id<Folio> folio) {
    if (!k.config.use_zero_pages || k.folios[folio].byte != 0) return false;
    const RmapItem& i = k.items[item];
    const Id<Mm> mm = i.mm;
    const Vpn page = i.page;
    Id<Vma> vma = find_mergeable_vma(k, mm, page);
    if (!vma) return true;
    const Folio& f = k.folios[folio];
    const bool own_index = f.index == linear_page_index(k.vmas[vma].range, page);
    if (f.mapping != Folio::Mapping::anon || f.locked || !own_index) return false;
    k.folios[folio].exclusive = false;
    zap_pte(k, mm, pte_at(k, mm, page));
    set_pte(k, mm, page, Pte::Kind::ksm_zero);
    ++k.ksm.zero_pages;
    ++k.mms[mm].ksm_zero_pages;
    return true;
}

// try_to_merge_two_pages(): the page that was scanned second becomes the KSM page.
bool try_to_merge_two_pages(Kernel& k, Id<RmapItem> item, Id<Folio> folio, Id<RmapItem> tree_item,
                            Id<Folio> tree_folio) {
    if (!try_to_merge_with_ksm_page(k, item, folio, {})) return false;
    if (try_to_merge_with_ksm_page(k, tree_item, tree_folio, folio)) return true;
    break_cow(k, item);
    return false;
}

} // namespace

Id<Vma> find_mergeable_vma(const Kernel& k, Id<Mm> mm, Vpn page) {
    if (k.mms[mm].exited) return {};
    need_mmap_lock(k, mm);
    Id<Vma> vma = vma_at(k, mm, page);
    if (!vma || !(k.vmas[vma].flags & VM_MERGEABLE) || !k.vmas[vma].anon_vma) return {};
    return vma;
}

namespace {

// root_unstable_tree. Contents may change while a scan is in flight, so one may be there twice.
UnstableTree::iterator place_in(UnstableTree& unstable, std::uint8_t byte) {
    return std::ranges::lower_bound(unstable, byte, {}, &UnstableTree::value_type::first);
}

// unstable_tree_search_insert(): the item that is there, or none, and then this one is.
Id<RmapItem> unstable_tree_search_insert(Kernel& k, UnstableTree& unstable, std::uint8_t byte, Id<RmapItem> item) {
    const auto at = place_in(unstable, byte);
    if (at != unstable.end() && at->first == byte) return at->second;
    unstable.insert(at, {byte, item});
    k.items[item].state = RmapItem::State::unstable;
    k.items[item].seqnr = static_cast<std::uint8_t>(k.ksm.seqnr);
    return {};
}

} // namespace

void cmp_and_merge_page(Kernel& k, UnstableTree& unstable, PageInHand& hand) {
    const Id<Folio> folio = hand.folio;
    const Id<RmapItem> item = hand.item;
    const Folio& f = k.folios[folio];
    const std::uint8_t byte = f.byte;
    const Id<StableNode> node = f.mapping == Folio::Mapping::ksm ? f.node : Id<StableNode>::none();
    Id<Folio> kfolio;
    if (node) {
        if (listed_at(k, k.items[item], node)) { // nothing of the item is refreshed
            if (k.config.mends.refresh_met_item)
                if (const Id<Vma> vma = find_mergeable_vma(k, k.items[item].mm, k.items[item].page))
                    refresh_merge(k, item, vma);
            return;
        }
        kfolio = folio; // "forked": an item of its own, even beyond max_page_sharing
    } else {
        remove_rmap_item_from_tree(k, item);
        if (oldchecksum(k.items[item]) != checksum(byte)) {
            set_oldchecksum(k.items[item], checksum(byte));
            return;
        }
        if (try_to_merge_with_zero_page(k, item, folio)) return;
        kfolio = stable_tree_search(k, byte);
    }
    remove_rmap_item_from_tree(k, item);
    if (kfolio) {
        if (!node && k.folios[kfolio].locked) return; // stable_tree_search(): EBUSY
        if (try_to_merge_with_ksm_page(k, item, folio, kfolio)) hand.kfolio = kfolio;
        return;
    }
    const Id<RmapItem> tree_item = unstable_tree_search_insert(k, unstable, byte, item);
    if (!tree_item) return;
    const Id<Folio> tree_folio = get_mergeable_page(k, tree_item);
    if (!tree_folio || tree_folio == folio || k.folios[tree_folio].byte != byte) return;
    if (!try_to_merge_two_pages(k, item, folio, tree_item, tree_folio)) return;
    unstable.erase(place_in(unstable, byte));
    hand.tree_item = tree_item;
    hand.kfolio = folio;
}

void list_merged(Kernel& k, PageInHand& hand) {
    need_folio_lock(k, hand.kfolio);
    Id<StableNode> node = k.folios[hand.kfolio].node;
    if (hand.tree_item) {
        node = stable_tree_insert(k, hand.kfolio);
        stable_tree_append(k, hand.tree_item, node);
    }
    stable_tree_append(k, hand.item, node);
}

} // namespace model
