// The machine as a value: processes, VMAs, anon_vmas and their chains, page tables, folios, swap and KSM.
//
// Objects live in pools and name each other by small integers; there is no pointer between them, so a Kernel can be
// copied, compared (canonical.h), and its invariants checked (invariants.h). The modules beside this file are the rules
// that change it. The structures follow the kernel's of the same name (6.12 and 6.18); what is left out is said in
// docs/kernel-map.md.
#pragma once

#include <cstdint>
#include <vector>

#include "model/arithmetic/pgoff.h"
#include "model/config.h"
#include "model/flags.h"
#include "model/flight.h"
#include "model/pool.h"
#include "model/treap.h"

namespace model {

struct Mm;
struct Vma;
struct Avc;
struct AnonVma;
struct File;
struct FileLink;
struct Pte;
struct Folio;
struct SwapEntry;
struct RmapItem;
struct StableNode;

// struct vm_area_struct.
struct Vma {
    bool live = false;
    Id<Mm> mm;
    Range range;
    std::uint64_t flags = 0;
    std::int32_t file = -1; // the struct file, by its number in the trace; -1: anonymous (vm_ops NULL)
    Id<FileLink> shared;    // of a file, shared or private: the VMA's node in the file's i_mmap
    Id<AnonVma> anon_vma;   // none: no page was written here yet ("unfaulted")
    Id<Avc> chain;          // head of the anon_vma_chain list (same_vma)
    std::uint32_t chain_len = 0;
    std::uint64_t birth = 0; // never used twice: tells a freed VMA from one that got its name
    TreeLinks by_address;
};

// How a VMA came to an anon_vma. A walk that is asked what it would find if this were done otherwise needs to know; the
// model itself does not (ItemLayout::keeps_history).
enum class Linked : std::uint8_t {
    prepared, // anon_vma_prepare(): at the first write, or as a fork's own
    split,    // __split_vma()
    copied,   // copy_vma(): mremap
    forked,   // anon_vma_fork()
    joined,   // dup_anon_vma(): it took over a neighbour's
};

// struct anon_vma_chain: ties a VMA to an anon_vma, and is the node of that anon_vma's interval tree.
struct Avc {
    bool live = false;
    Linked linked = Linked::prepared;
    Id<Vma> vma;
    Id<AnonVma> anon_vma;
    Id<Avc> next;       // same_vma list
    Interval offsets;   // of the VMA, as last inserted
    Interval narrowest; // what all of its intervals so far have in common; first > last: nothing. History
    Pgoff subtree_last; // rb_subtree_last
    TreeLinks in_tree;
};

template <class Link> struct ByOffset {
    using Node = Link;
    static TreeLinks& links(Link& a) { return a.in_tree; }
    static bool before(const Link& a, const Link& b) { return a.offsets.first < b.offsets.first; }
    static bool update(Link& n, const Link* left, const Link* right) {
        Pgoff last = n.offsets.last;
        if (left && left->subtree_last > last) last = left->subtree_last;
        if (right && right->subtree_last > last) last = right->subtree_last;
        bool changed = n.subtree_last != last;
        n.subtree_last = last;
        return changed;
    }
};
using IntervalTree = Treap<ByOffset<Avc>>;

// struct anon_vma.
struct AnonVma {
    bool live = false;
    Id<AnonVma> root, parent;
    std::uint32_t refcount = 0;
    std::uint32_t num_children = 0;
    std::uint32_t num_active_vmas = 0;
    bool forked = false;     // a VMA whose own it was has been forked. History
    std::uint64_t birth = 0; // never used twice
    IntervalTree tree;       // rb_root
};

// A page-table entry. Writable, dirty and young bits are left out: an exclusive folio can be written, nothing else can.
struct Pte {
    enum class Kind : std::uint8_t { zero, ksm_zero, present, swap, migration, guard };
    bool live = false;
    Kind kind = Kind::zero;
    bool exclusive = false; // of a swap or migration entry: the page was AnonExclusive
    Vpn page;
    Id<Folio> folio;    // present, migration
    Id<SwapEntry> swap; // swap
    TreeLinks by_page;
};

struct ByPage {
    using Node = Pte;
    static TreeLinks& links(Pte& p) { return p.by_page; }
    static bool before(const Pte& a, const Pte& b) { return a.page < b.page; }
    static bool update(Pte&, const Pte*, const Pte*) { return false; }
};

// The VMA in which an anonymous page was mapped first, or written by its only user, and the VMA's own anon_vma then.
// Nothing keeps either alive. History.
struct MappedFirst {
    Id<Vma> vma;
    std::uint64_t vma_birth = 0;
    Id<AnonVma> own;
    std::uint64_t own_birth = 0;
};

// struct folio, order 0. A folio lives while something maps it, has it in its hands, or the swap cache or the page
// cache of a file holds it.
struct Folio {
    enum class Mapping : std::uint8_t { anon, ksm, file };
    bool live = false;
    Mapping mapping = Mapping::anon;
    bool exclusive = false; // PG_anon_exclusive
    std::uint8_t pins = 0;  // references that operations in flight hold without the lock
    bool locked = false;    // PG_locked, and a reference: an operation in flight has it in its hands
    std::uint8_t byte = 0;  // the content: every byte of the page
    Id<AnonVma> anon_vma;   // anon: folio->mapping. Nothing holds it for a folio that only the swap cache has: ask
    std::uint64_t anon_vma_birth = 0; // folio_anon_vma()
    MappedFirst first;
    Id<StableNode> node; // ksm: folio->mapping; none: NULL, not in the stable tree
    Id<File> file;       // file: folio->mapping; none: it was truncated
    Pgoff index;         // file: in pages of the file
    std::uint32_t mapcount = 0;
    std::uint32_t migrating = 0; // migration entries that name it
    Id<SwapEntry> swap;          // set: the folio is in the swap cache under this entry
    TreeLinks in_cache;          // file
};

struct ByIndex {
    using Node = Folio;
    static TreeLinks& links(Folio& f) { return f.in_cache; }
    static bool before(const Folio& a, const Folio& b) { return a.index < b.index; }
    static bool update(Folio&, const Folio*, const Folio*) { return false; }
};

// The node of a VMA in the i_mmap of its file (vma->shared), as Avc is in the tree of an anon_vma.
struct FileLink {
    bool live = false;
    Id<Vma> vma;
    Id<File> file;
    Interval offsets;   // of the VMA in the file (vm_pgoff), as last inserted
    Pgoff subtree_last; // rb_subtree_last
    TreeLinks in_tree;
};
using MappingTree = Treap<ByOffset<FileLink>>;

// An inode and its struct address_space. It is there from when a trace first names it, and holds zeros then.
struct File {
    bool live = false;
    std::int32_t number = -1; // in the trace
    Pgoff end{PGOFF_MAX};     // i_size, in pages: as large as anybody likes until somebody truncates it
    Treap<ByIndex> pages;     // i_pages, the page cache: what is mapped, or has been written
    MappingTree i_mmap;
    TreeLinks by_number;
};
struct ByNumber {
    using Node = File;
    static TreeLinks& links(File& f) { return f.by_number; }
    static bool before(const File& a, const File& b) { return a.number < b.number; }
    static bool update(File&, const File*, const File*) { return false; }
};

// A slot of a swap device.
struct SwapEntry {
    bool live = false;
    std::uint8_t byte = 0;   // the content on disk, when no folio caches it
    std::uint32_t count = 0; // page-table entries that name it
    Id<Folio> folio;         // its folio in the swap cache
};

// struct ksm_rmap_item. One without a process is a lead: what an item that was unlisted has left (Mends::leave_leads).
struct RmapItem {
    enum class State : std::uint8_t { free, unstable, stable };
    bool live = false;
    State state = State::free;
    std::uint8_t seqnr = 0; // unstable: the pass that inserted it
    Id<Mm> mm;
    Vpn page;
    Id<AnonVma> anon_vma; // stable: holds a reference
    Id<StableNode> head;  // the node it was listed at; none after removal, dangling after the node was reaped
    std::uint64_t head_birth = 0;
    std::uint64_t scan_word = 0; // oldchecksum (bits 0-31), age (32-39), remaining_skips (40-47); see ksm_items.h
    MergeRecord merged;
    Id<RmapItem> next, prev; // stable: the node's hlist, newest first
    TreeLinks by_page;
};

struct ItemByPage {
    using Node = RmapItem;
    static TreeLinks& links(RmapItem& i) { return i.by_page; }
    static bool before(const RmapItem& a, const RmapItem& b) { return a.page < b.page; }
    static bool update(RmapItem&, const RmapItem*, const RmapItem*) { return false; }
};

// struct ksm_stable_node, for a folio (chains are lists of these, see StableTree).
struct StableNode {
    bool live = false;
    std::uint8_t byte = 0; // the content that it stands for in the tree
    Id<Folio> folio;       // none: the folio is gone, the node is stale and waits to be reaped
    Id<RmapItem> hlist;
    std::int32_t rmap_hlist_len = 0;
    std::uint64_t birth = 0;
};

// One place in the stable tree: a node, or a chain of nodes with equal content (max_page_sharing), newest first.
struct StablePlace {
    std::uint8_t byte = 0;
    bool chain = false;
    std::vector<Id<StableNode>> dups;

    friend bool operator==(const StablePlace&, const StablePlace&) = default;
};

struct ByAddress {
    using Node = Vma;
    static TreeLinks& links(Vma& v) { return v.by_address; }
    static bool before(const Vma& a, const Vma& b) { return a.range.start < b.range.start; }
    static bool update(Vma&, const Vma*, const Vma*) { return false; }
};

struct ByPid;

// struct mm_struct, and the process that owns it. After exit it stays, without a pid, until ksmd has let go of it.
struct Mm {
    bool live = false;
    bool exited = false;
    bool vm_mergeable = false; // MMF_VM_MERGEABLE: on ksmd's list
    bool merge_any = false;    // MMF_VM_MERGE_ANY
    Pid pid = 0;
    std::uint32_t map_count = 0;
    std::int64_t ksm_zero_pages = 0;
    std::uint64_t start_brk = 0; // bytes: the heap is [start_brk, brk)
    std::uint64_t brk = 0;       // bytes; 0: this process has not called brk yet
    Treap<ByAddress> vmas;
    Treap<ByPage> page_table;
    Treap<ItemByPage> items;     // rmap_list
    Id<Mm> slot_next, slot_prev; // ksm_mm_head list
    TreeLinks by_pid;
};

struct ByPid {
    using Node = Mm;
    static TreeLinks& links(Mm& m) { return m.by_pid; }
    static bool before(const Mm& a, const Mm& b) { return a.pid < b.pid; }
    static bool update(Mm&, const Mm*, const Mm*) { return false; }
};

struct Ksm {
    Id<Mm> slots_first, slots_last; // ksm_mm_head, without the head itself; the cursor rests at the head
    std::uint64_t seqnr = 0;        // ksm_scan.seqnr: full_scans
    std::int64_t zero_pages = 0;    // ksm_zero_pages, all processes
    std::uint64_t pages_skipped = 0;
    std::uint64_t copied_to_mend = 0; // pages that only a piece of Config::mends has copied
    std::vector<StablePlace> stable;  // root_stable_tree, in the order of content. The unstable tree lives for one
                                      // pass only, and a pass is one operation: see ksm_scan.cpp
};

struct Kernel {
    Config config;
    Pool<Mm> mms;
    Pool<Vma> vmas;
    Pool<Avc> avcs;
    Pool<AnonVma> anon_vmas;
    Pool<File> files;
    Pool<FileLink> file_links;
    Pool<Pte> ptes;
    Pool<Folio> folios;
    Pool<SwapEntry> swaps;
    Pool<RmapItem> items;
    Pool<StableNode> nodes;
    Treap<ByPid> processes;
    Treap<ByNumber> files_by_number;
    Ksm ksm;
    std::vector<Flight> flights; // in the order in which they began
    // A folio whose migration is over while migration entries still name it. Nothing is played after that: its frame
    // may be anybody's.
    Id<Folio> stale;
    std::uint64_t births = 0; // VMAs, anon_vmas and stable nodes ever made
};

// A machine with process 1, whose address space is empty.
Kernel boot(const Config& config = {});

// The live process with this pid; none if there is not.
Id<Mm> find_process(const Kernel& k, Pid pid);

// Makes an empty process. The pid must be free.
Id<Mm> make_process(Kernel& k, Pid pid);

} // namespace model
