// Operations in flight: one that has begun and is not over is part of the machine, as a value.
//
// Each is a small state machine whose points are places of the kernel's code where another processor, or whoever runs
// when this one sleeps, can act: no page-table lock is held there. What is held there keeps others waiting
// (model/locks.h). A plain operation is the same machine, played to its end at once.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "model/arithmetic/pgoff.h"
#include "model/pool.h"
#include "model/result.h"

namespace model {

struct Kernel;
struct Mm;
struct Vma;
struct Avc;
struct AnonVma;
struct File;
struct FileLink;
struct Folio;
struct SwapEntry;
struct RmapItem;

using Pid = std::uint32_t;

// How a trace calls an operation in flight; empty: it calls none.
struct FlightName {
    std::array<char, 16> text{}; // ends with a 0

    static constexpr std::size_t longest = 15;
    static FlightName of(std::string_view name) {
        FlightName n;
        name.copy(n.text.data(), longest);
        return n;
    }
    std::string_view view() const { return text.data(); }
    explicit operator bool() const { return text[0] != 0; }
    friend bool operator==(const FlightName&, const FlightName&) = default;
};

// What to ask for: which tree (none: skip this item), and which page offsets of it.
struct TreeQuery {
    Id<AnonVma> anon_vma;
    Interval pgoffs{};
    bool by_offset = false; // look where a VMA has the (one) offset, and not at the rmap_item's address
};

// How far a walk of reclaim or migration has come. Between two loops over the tree of an rmap_item nothing is locked;
// within one the anon_vma is, for reading, or the i_mmap of a file. A page that is not KSM's has one loop.
struct WalkCursor {
    unsigned ask = 0;              // which of the questions that drive it (Config::drive)
    bool search_new_forks = false; // the second round
    bool inside = false;           // a loop
    bool over = false;
    Id<RmapItem> item;                  // whose loop it is, or is next
    TreeQuery query;                    // inside: what the loop asks
    Id<Avc> next;                       // inside: the VMA to be visited
    Id<File> file;                      // inside, of a page of a file: whose i_mmap; the query has no anon_vma
    Id<FileLink> next_of_file;          // the same of that tree
    std::uint32_t mapped = 0, hits = 0; // the folio's mapcount at the beginning; entries met
};

// Of every operation in flight.
struct Underway {
    bool over = false;
    Result result; // when it is over
};

// migrate_pages() of one folio, which it holds locked.
struct Migrating : Underway {
    enum class Point : std::uint8_t { unmapping, unmapped, restoring };
    Point point = Point::unmapping;
    Id<Folio> from, to;   // to: the new folio, or the same again where it is undone
    Id<AnonVma> anon_vma; // of an ordinary page: held, so that it outlives the mappings
    WalkCursor walk;
};

// Reclaim of one folio, which it holds locked (shrink_folio_list()).
struct Reclaiming : Underway {
    enum class Point : std::uint8_t { unmapping, unmapped };
    Point point = Point::unmapping;
    Id<Folio> folio;
    WalkCursor walk;
};

// mremap, which holds the mmap_lock for writing. Lengths in bytes, rounded up to pages.
struct Moving : Underway {
    enum class Point : std::uint8_t { called, prepared, copied, moved };
    Point point = Point::called;
    Id<Mm> mm;
    std::uint64_t addr = 0, old_len = 0, new_len = 0, flags = 0, new_addr = 0; // of the call, then of one VMA's part
    std::uint64_t whole_addr = 0, whole_end = 0, whole_new = 0;                // of a call that moves several VMAs
    std::optional<Result> told; // what the trace says that the kernel chose
    Id<Vma> vma, made;          // the source and the destination
    Vpn next{};                 // the first page whose entry has not been moved
    bool many = false;          // remap_move()
    bool locked = false;        // the source was mlocked
    bool rmap_locks = false;    // pmc->need_rmap_locks
};

// fork, which holds the mmap_locks of both processes. The child is there from the beginning, and does not run.
struct Forking : Underway {
    enum class Point : std::uint8_t { called, linked };
    Point point = Point::called;
    Id<Mm> parent, child;
    Vpn next{};         // of the parent: VMAs below are copied
    Id<Vma> from, made; // linked: the VMA that is being copied, and its copy
    Vpn next_entry{};   // linked: entries below are copied
};

// The page that the scanner has in hand (cmp_and_merge_page()), with a reference to what it merges.
struct PageInHand {
    Id<RmapItem> item;
    Id<Folio> folio;
    bool skip = false;      // what should_skip_rmap_item() has said
    Id<RmapItem> tree_item; // unlisted: of the page that it was merged with, if that was none of KSM's
    Id<Folio> kfolio;       // unlisted: what both map now
};

// ksmd: full passes, under ksm_thread_mutex. It takes the mmap_lock of a process only for a page.
struct Scanning : Underway {
    enum class Point : std::uint8_t { page, aged, unlisted };
    Point point = Point::page;
    bool by_range = true;     // how it goes through a VMA (Scanner)
    std::uint64_t passes = 0; // to come, this one included
    Id<Mm> mm;                // whose turn it is; none: the next pass begins
    Vpn address{};            // ksm_scan.address
    Id<RmapItem> ahead;       // the first item of the process that was not passed
    PageInHand hand;
    std::vector<std::pair<std::uint8_t, Id<RmapItem>>> unstable; // the unstable tree of the pass, by content
    Id<Vma> vma;                                                 // in which the address is; none: to be looked up
    std::uint64_t looked_at = 0;                                 // places of page tables
};

struct Flight {
    FlightName name;
    Pid caller = 0; // 0: the kernel
    std::variant<Migrating, Reclaiming, Moving, Forking, Scanning> what;
};

// None if there is none of that name.
const Flight* find_flight(const Kernel& k, FlightName name);
// Takes an operation in flight from its point to the next. Waiting for another is a WouldWait (model/locks.h), and then
// it is half done: play() puts the machine back.
void advance(Kernel& k, Flight& f);
bool is_over(const Flight& f);
Result result_of(const Flight& f);

// A plain operation.
template <class Kind> Result to_the_end(Kernel& k, Kind what) {
    while (!what.over) advance(k, what);
    return what.result;
}

// "migration of 1:0x11000 …": what it is, where it stands and what it holds there, for people.
std::string describe(const Kernel& k, const Flight& f);

// A page-table entry, for lists of them.
struct EntryAt {
    Pid pid = 0;
    Vpn page{};
    friend bool operator==(const EntryAt&, const EntryAt&) = default;
};
// The migration entries that nobody will put back (Kernel::stale), in order.
std::vector<EntryAt> stale_entries(const Kernel& k);

} // namespace model
