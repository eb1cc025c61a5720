// KSM: merging equal pages. mm/ksm.c.
//
// ksm_slots.cpp  which processes ksmd visits, and the calls that put them there and take them away
// ksm_items.cpp  rmap_items and stable nodes: listing, removal, what they remember
// ksm_merge.cpp  what happens to one page that the scanner returns
// ksm_scan.cpp   what the scanner visits
#pragma once

#include <utility>
#include <vector>

#include "model/kernel.h"
#include "model/result.h"

namespace model {

// How the scanner goes through a VMA. Both do the same to the machine; what differs is how much is looked at.
enum class Scanner : std::uint8_t {
    by_range,   // from entry to entry of the page table: walk_page_range_vma(), since commit f5548c318d65
    by_address, // every address is looked up: folio_walk_start(), before
};

// --- ksm_slots.cpp

// __ksm_enter(): ksmd will visit the process, after all that it knows already. No effect if it does so already.
void ksm_enter(Kernel& k, Id<Mm> mm);
// ksm_exit(): called before the address space goes. A process with rmap_items stays on the list for the next pass.
void ksm_exit(Kernel& k, Id<Mm> mm);
// ksmd forgets the process; the memory of one that has exited goes with that.
void ksm_drop_slot(Kernel& k, Id<Mm> mm);
// ksm_fork(): flags and counters that a child inherits.
void ksm_fork(Kernel& k, Id<Mm> child, Id<Mm> parent);
// ksm_compatible(): shared memory is never merged.
constexpr bool ksm_compatible(std::uint64_t vm_flags) { return !(vm_flags & (VM_SHARED | VM_MAYSHARE)); }
// ksm_madvise(MADV_UNMERGEABLE) without the flag: every KSM page and KSM-placed zero page of the range is unshared.
struct UnmergedPages {
    std::uint64_t looked_at = 0; // places of the page table
    std::uint64_t copied = 0;
};
UnmergedPages unmerge_ksm_pages(Kernel& k, Id<Vma> vma, Vpn start, Vpn end, Scanner scanner = Scanner::by_range);
// ksm_enable_merge_any() and ksm_disable_merge_any(): prctl(PR_SET_MEMORY_MERGE).
void ksm_enable_merge_any(Kernel& k, Id<Mm> mm);
void ksm_disable_merge_any(Kernel& k, Id<Mm> mm);
// ksm_vma_flags() (6.17) or ksm_add_vma() (before): what merge_any does to a new VMA, before or after merging.
std::uint64_t ksm_vma_flags(Kernel& k, Id<Mm> mm, std::uint64_t flags);
void ksm_add_vma(Kernel& k, Id<Vma> vma);
// remove_all_stable_nodes(): drops the nodes whose folio nothing maps. Returns whether none is left.
bool remove_all_stable_nodes(Kernel& k);
// unmerge_and_remove_all_rmap_items(): writing 2 to /sys/kernel/mm/ksm/run.
void unmerge_and_remove_all_rmap_items(Kernel& k);

// --- ksm_items.cpp

// The fields of an rmap_item that the scanner reads and writes. In a unioned layout they are also the bytes of the
// recorded page offset.
std::uint32_t oldchecksum(const RmapItem& item);
std::uint8_t age(const RmapItem& item);
std::uint8_t remaining_skips(const RmapItem& item);
void set_oldchecksum(RmapItem& item, std::uint32_t checksum);
void set_age(RmapItem& item, std::uint8_t age);
void set_remaining_skips(RmapItem& item, std::uint8_t skips);

// calc_checksum(): of a page filled with one byte. Never 0, so that a new item never matches.
std::uint32_t checksum(std::uint8_t byte);

// remove_rmap_item_from_tree(), free_rmap_item().
void remove_rmap_item_from_tree(Kernel& k, Id<RmapItem> item);
void free_rmap_item(Kernel& k, Id<RmapItem> item);
// stable_tree_append(): at the head of the node's list.
void stable_tree_append(Kernel& k, Id<RmapItem> item, Id<StableNode> node);
// get_anon_vma() and what strategies record, when a page is merged (end of try_to_merge_with_ksm_page()). `by_root`:
// the anon_vma is the root of the VMA's own (Mends::root_anon_vma).
void record_merge(Kernel& k, Id<RmapItem> item, Id<Vma> vma, bool by_root = false);
// put_anon_vma() and the loss of what was recorded: remove_rmap_item_from_tree(), remove_node_from_stable_tree(),
// break_cow().
void forget_merge(Kernel& k, RmapItem& item);
// remove_node_from_stable_tree(): with its items' listing; their head stays dangling.
void remove_node_from_stable_tree(Kernel& k, Id<StableNode> node);
// ksm_get_folio(): the node's folio; a stale node is removed and none returned.
Id<Folio> ksm_get_folio(Kernel& k, Id<StableNode> node);
// Is the item a lead (Mends::leave_leads)? It is in its node's list and in that of no process, and is not counted.
inline bool is_lead(const RmapItem& item) { return !item.mm; }
// Of the item's process; 0 of a lead.
inline Pid pid_of(const Kernel& k, const RmapItem& item) { return is_lead(item) ? 0 : k.mms[item.mm].pid; }
// A KSM page was mapped by who has no item for it (Mends::item_at_swap_in).
void make_item(Kernel& k, Id<Vma> vma, Vpn page, Id<Folio> kfolio);
// What a listed item has recorded, anew (Mends::refresh_met_item).
void refresh_merge(Kernel& k, Id<RmapItem> item, Id<Vma> vma);
// Is the item listed at this node? (rmap_item->head == stable_node)
bool listed_at(const Kernel& k, const RmapItem& item, Id<StableNode> node);
// is_page_sharing_candidate(): neither empty nor full.
bool is_page_sharing_candidate(const Kernel& k, Id<StableNode> node, std::int32_t offset = 0);
// stable_tree_search() for a page that is not a KSM page: a folio to merge it with, or none.
Id<Folio> stable_tree_search(Kernel& k, std::uint8_t byte);
// stable_tree_insert(): a node for a folio that was just made a KSM page.
Id<StableNode> stable_tree_insert(Kernel& k, Id<Folio> folio);

// --- ksm_merge.cpp

// The unstable tree of one pass, by content.
using UnstableTree = std::vector<std::pair<std::uint8_t, Id<RmapItem>>>;

// cmp_and_merge_page() for the page in hand, up to where it is merged: hand.kfolio is set then, and the item is in no
// list. list_merged() is the rest.
void cmp_and_merge_page(Kernel& k, UnstableTree& unstable, PageInHand& hand);
void list_merged(Kernel& k, PageInHand& hand);
// find_mergeable_vma(): VM_MERGEABLE and faulted.
Id<Vma> find_mergeable_vma(const Kernel& k, Id<Mm> mm, Vpn page);

// --- ksm_scan.cpp

// So many passes (ksm_do_scan()), which can be in flight.
Scanning begin_scan(std::uint64_t passes, Scanner scanner = Scanner::by_range);
void advance(Kernel& k, Scanning& s);
// One full pass of ksmd. Returns how many places of page tables it looked at.
std::uint64_t ksm_full_scan(Kernel& k, Scanner scanner = Scanner::by_range);

// --- counters, as in /sys/kernel/mm/ksm and /proc/PID/ksm_stat

struct KsmCounters {
    std::uint64_t pages_shared = 0, pages_sharing = 0, pages_unshared = 0, pages_volatile = 0, full_scans = 0;
    std::uint64_t pages_skipped = 0, stable_node_chains = 0, stable_node_dups = 0;
    std::int64_t ksm_zero_pages = 0, general_profit = 0;
};
KsmCounters ksm_counters(const Kernel& k);

struct KsmStat { // of one process
    std::uint64_t ksm_rmap_items = 0, ksm_merging_pages = 0;
    std::int64_t ksm_zero_pages = 0;
    bool ksm_merge_any = false;
};
KsmStat ksm_stat(const Kernel& k, Id<Mm> mm);

} // namespace model
