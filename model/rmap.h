// The reverse mapping walks that reclaim and migration use. mm/rmap.c, mm/ksm.c.
//
// rmap_walk_ksm() takes its one questionable decision as an argument: which page offsets of an rmap_item's anon_vma to
// ask the interval tree for. The kernel of 6.12 and 6.18 asks for all of them; every strategy that was proposed asks
// for fewer, and is judged against that (checker/walks).
#pragma once

#include <cstdint>

#include "model/file.h"
#include "model/interval_tree.h"
#include "model/kernel.h"

namespace model {

// What a walk cost, counted as the patches that proposed its optimization counted it.
struct WalkCounts {
    std::uint64_t visited = 0;         // VMAs taken from trees
    std::uint64_t skipped_address = 0; // of these: do not contain the rmap_item's address
    std::uint64_t skipped_mm = 0;      // of the rest: not the process that this round is about

    friend bool operator==(const WalkCounts&, const WalkCounts&) = default;
};
struct WalkCost {
    WalkCounts all;     // the whole walk
    WalkCounts longest; // the longest loop over one rmap_item's tree, the first of equals
};

inline TreeQuery every_pgoff(const RmapItem& item) { return {item.anon_vma, {{0}, PGOFF_MAX}}; }

// What becomes of a VMA that a tree gives, in the order in which rmap_walk_ksm() asks.
enum class Given : std::uint8_t {
    other_address, // it does not contain the address
    other_mm,      // not the process that this round is about
    asked,         // its page table is looked at
};

// Looks on while rmap_walk_ksm() walks, and counts.
class WalkCounter {
  public:
    // Another rmap_item's loop begins.
    void item(Id<RmapItem>, const TreeQuery&, bool) { close(); }
    void given(Id<Vma>, Vpn, Given what) {
        ++loop_.visited;
        loop_.skipped_address += what == Given::other_address;
        loop_.skipped_mm += what == Given::other_mm;
    }
    WalkCost cost() {
        close();
        return cost_;
    }

  private:
    void close() {
        cost_.all.visited += loop_.visited;
        cost_.all.skipped_address += loop_.skipped_address;
        cost_.all.skipped_mm += loop_.skipped_mm;
        if (loop_.visited > cost_.longest.visited) cost_.longest = loop_;
        loop_ = {};
    }

    WalkCost cost_;
    WalkCounts loop_;
};

// One rmap_item's loop in rmap_walk_ksm(). Returns whether to go on.
template <class One, class Watch>
bool rmap_walk_ksm_item(const Kernel& k, const RmapItem& item, TreeQuery q, bool search_new_forks, One&& one,
                        Watch&& watch) {
    if (!q.anon_vma) return true;
    for (Id<Avc> a = interval_tree_iter_first(k, q.anon_vma, q.pgoffs); a;) {
        const Id<Vma> vma = k.avcs[a].vma;
        a = interval_tree_iter_next(k, a, q.pgoffs); // one() may change page tables, but no tree
        const Range& range = k.vmas[vma].range;
        const Vpn page = q.by_offset ? vma_address(range, q.pgoffs.first) : item.page;
        const Given what = !contains(range, page)                            ? Given::other_address
                           : (item.mm == k.vmas[vma].mm) == search_new_forks ? Given::other_mm
                                                                             : Given::asked;
        watch.given(vma, page, what);
        if (what == Given::asked && !one(vma, page)) return false;
    }
    return true;
}

// rmap_walk_ksm(): for each of the two rounds (the item's own process first, then every other), for each rmap_item of
// the folio's stable node, for each VMA that `query(item)` selects. Calls one(vma, page), which returns whether to go
// on. Whoever watches is told of each rmap_item, with its question and its round, and of each VMA that the tree gives.
template <class Query, class One, class Watch>
void rmap_walk_ksm(const Kernel& k, Id<StableNode> node, Query&& query, One&& one, Watch&& watch) {
    if (!node) return;
    bool go_on = true;
    for (bool search_new_forks : {false, true})
        for (Id<RmapItem> i = k.nodes[node].hlist; i && go_on; i = k.items[i].next) {
            const TreeQuery q = query(k.items[i]);
            watch.item(i, q, search_new_forks);
            go_on = rmap_walk_ksm_item(k, k.items[i], q, search_new_forks, one, watch);
        }
}

// rmap_walk_anon(): the folio's offset in the tree of its anon_vma.
template <class One> void rmap_walk_anon(const Kernel& k, Id<Folio> folio, One&& one) {
    const Folio& f = k.folios[folio];
    const Interval q{f.index, f.index};
    for (Id<Avc> a = interval_tree_iter_first(k, f.anon_vma, q); a;) {
        Id<Vma> vma = k.avcs[a].vma;
        a = interval_tree_iter_next(k, a, q);
        if (!one(vma, vma_address(k.vmas[vma].range, q.first))) return;
    }
}

// rmap_walk_file(): the folio's offset in the i_mmap of its file.
template <class One> void rmap_walk_file(const Kernel& k, Id<Folio> folio, One&& one) {
    const Folio& f = k.folios[folio];
    if (!f.file) return; // truncated
    each_mapping(k, f.file, {f.index, f.index}, [&](const FileLink& link) {
        one(link.vma, vma_address(by_vm_pgoff(k.vmas[link.vma].range), f.index));
    });
}

// page_vma_mapped_walk() for an order-0 folio: does this page of the VMA map it?
bool maps_folio(const Kernel& k, Id<Vma> vma, Vpn page, Id<Folio> folio);

// PG_mlocked: is it mapped in a VM_LOCKED VMA, whether or not a walk finds it there (mlock_vma_folio(), which counts)?
bool mlocked(const Kernel& k, Id<Folio> folio);

// Reclaim of one folio (shrink_folio_list() from add_to_swap() to try_to_unmap()): every entry that the walk finds
// becomes a swap entry, and the folio stays in the swap cache; those of a page of a file go. 0 if nothing maps it any
// more, else EAGAIN; so, too, for a folio that is locked, and for one that is mlocked, which is left alone.
Reclaiming begin_reclaim(Kernel& k, Id<Folio> folio);
void advance(Kernel& k, Reclaiming& r);

// migrate_pages() for one folio: found entries become migration entries; if none is left the folio moves to a new one,
// and a second walk puts the entries back, on the new folio or on the old. 0 if it moved, else EAGAIN; so, too, for a
// folio that is locked.
Migrating begin_migration(Kernel& k, Id<Folio> folio);
void advance(Kernel& k, Migrating& m);

} // namespace model
