// The parts of a strategy's plan: what it stores in an rmap_item, and what it asks when it walks.
//
// A plan is read by whoever needs it: the walk over the model (checker/walks/kinds), the walk over the structures of a
// running kernel (checker/kernels/sight/reach.h), the table of docs/walks.md.
#pragma once

#include <cstdint>
#include <string_view>

#include "model/rmap.h"

namespace checker::inline walks {

using model::Interval;
using model::MergeRecord;
using model::Pgoff;
using model::Range;
using model::Vpn;

// What a strategy stores when a page is merged: a function of what was true of the page then.
struct Stored {
    std::string_view words = "nothing";
    model::RecordedWord word = nullptr;
};

// Whose interval tree is asked: that of the anon_vma that the rmap_item holds, or of the anon_vma that the VMA has now
// in which the page was merged. Nothing keeps that VMA alive: a walk that finds it freed says so, and goes no further
// there.
enum class AskedTree : std::uint8_t { of_item, of_merge_vma };
// Where the VMAs that the tree gives are looked at: at the rmap_item's address, or where they have the offset asked
// for.
enum class LookAt : std::uint8_t { of_item, of_offset };

// All that a question may be made of.
struct Clue {
    Vpn page;               // the rmap_item's address
    std::uint64_t word = 0; // what the strategy stored
    Range vma{};            // of the VMA in which the page was merged, as it is now (AskedTree::of_merge_vma)
};

// What is asked for one rmap_item.
struct Ask {
    std::string_view words;
    Interval (*pgoffs)(const Clue&) = nullptr;
    AskedTree tree = AskedTree::of_item;
    LookAt place = LookAt::of_item;
};

// What a question may cost: which VMAs of the tree that it asks may be taken from it for an rmap_item, in each of the
// two rounds. It is said of each VMA by itself, so that who counts them (checker/judge/bound.h) asks no interval tree.
struct MayVisit {
    std::string_view words;
    // `merged`: of the VMA in which the page was merged, as it is now (AskedTree::of_merge_vma); else the same VMA.
    bool (*may)(const Range& vma, const model::RmapItem& item, const Range& merged) = nullptr;
    AskedTree tree = AskedTree::of_item;
    LookAt place = LookAt::of_item;
};

constexpr Interval one_offset(Pgoff pgoff) { return {pgoff, pgoff}; }

// What more than one strategy asks or stores.
inline constexpr Ask every_offset{"0 to ULONG_MAX", [](const Clue&) { return Interval{{0}, model::PGOFF_MAX}; }};
inline constexpr Ask offset_is_address{"address >> PAGE_SHIFT",
                                       [](const Clue& c) { return one_offset(model::anonymous_pgoff(c.page)); }};
inline constexpr Ask stored_offset{"the stored offset", [](const Clue& c) { return one_offset({c.word}); }};
inline constexpr Ask stored_offset_in_vma{"the stored offset, where each VMA has it", stored_offset.pgoffs,
                                          AskedTree::of_item, LookAt::of_offset};
inline constexpr Stored linear_index_at_merge{"`linear_page_index(vma, address)`", [](const MergeRecord& r, Vpn page) {
                                                  return linear_page_index(r.range, page).n;
                                              }};

// linear_page_index() of the VMA and page that were merged.
inline Pgoff index_at_merge(const model::RmapItem& item) { return linear_page_index(item.merged.range, item.page); }
// What more than one strategy may cost.
inline constexpr MayVisit all_of_the_tree{"every VMA of the tree",
                                          [](const Range&, const model::RmapItem&, const Range&) { return true; }};
inline constexpr MayVisit at_address{"VMAs whose interval holds address >> PAGE_SHIFT",
                                     [](const Range& vma, const model::RmapItem& item, const Range&) {
                                         return contains(interval(vma), model::anonymous_pgoff(item.page));
                                     }};
inline constexpr MayVisit at_index{"VMAs whose interval holds the index recorded at merge",
                                   [](const Range& vma, const model::RmapItem& item, const Range&) {
                                       return contains(interval(vma), index_at_merge(item));
                                   }};
inline constexpr MayVisit at_index_in_vma{at_index.words, at_index.may, AskedTree::of_item, LookAt::of_offset};

// --- of ordinary anonymous pages, to which no rmap_item leads: the folio names an anon_vma, and its index in it

// Whose interval tree is asked.
enum class FolioTree : std::uint8_t {
    of_folio,    // folio->mapping
    of_root,     // that of the root of folio->mapping
    of_youngest, // that of the own anon_vma of the youngest VMA that folio->mapping has at the index
    of_first,    // that of the own anon_vma of the VMA in which the folio was mapped first
    after_fork,  // folio->mapping once a VMA was forked whose own it is; before, the VMA where it was mapped first
};
// By which interval a tree holds its VMAs.
enum class TreeKey : std::uint8_t {
    anon_pgoff,    // of the offset that folio->index counts
    vm_pgoff,      // of the file's
    never_widened, // that of anon_pgoff, but where the VMA grew since it was linked
};
struct FolioAsk {
    FolioTree tree = FolioTree::of_folio;
    TreeKey key = TreeKey::anon_pgoff;
    bool holds_copies = true; // VMAs that mremap made are in the tree
};
// What it may cost: which VMAs of the tree of folio->mapping, or of its root, it may take.
enum class FolioBound : std::uint8_t { of_folio, of_root };

// What the words of such strategies say.
inline constexpr Ask folio_index{.words = "`folio->index` in `folio->mapping`"};
inline constexpr MayVisit at_folio_index{.words = "VMAs of the tree whose interval holds the page's offset"};

// --- of pages of files, which name the file and their index in it

// By which offsets of its own a VMA is in i_mmap.
enum class FileKey : std::uint8_t { vm_pgoff, anon_pgoff };
// Where in a VMA the page is looked for.
enum class FileSpot : std::uint8_t { by_vm_pgoff, by_anon_pgoff, from_start };
struct FileAsk {
    FileKey key = FileKey::vm_pgoff;
    FileSpot place = FileSpot::by_vm_pgoff;
    bool holds_private = true;   // private mappings are in the tree
    bool one_of_process = false; // of each process the first VMA of the tree is the last
};
// Calls take(vma) for each VMA that a tree of this key has at the page's index, in the order of the tree.
template <class Take>
void each_of_file(const model::Kernel& k, const FileAsk& ask, const model::Folio& f, Take&& take) {
    if (ask.key == FileKey::vm_pgoff)
        return model::each_mapping(k, f.file, one_offset(f.index),
                                   [&](const model::FileLink& link) { take(link.vma); });
    const model::MappingTree& tree = k.files[f.file].i_mmap; // the model's is in another order
    for (auto at = tree.first(k.file_links); at; at = tree.next(k.file_links, at))
        if (contains(interval(k.vmas[k.file_links[at].vma].range), f.index)) take(k.file_links[at].vma);
}

inline constexpr Ask index_in_file{.words = "`folio->index` in the i_mmap of `folio->mapping`"};
inline constexpr MayVisit at_index_in_file{.words = "VMAs of the file whose interval holds the page's index"};

// The layout of rmap_items is the kernel's own; that machines differ in how things came to be, too, is what matters.
inline constexpr model::ItemLayout with_history{.name = "with-history", .keeps_history = true};

// The layout in which what a strategy stores shares the bytes of oldchecksum, age and remaining_skips.
constexpr model::ItemLayout in_union(std::string_view name, const Stored& stored) {
    model::ItemLayout layout;
    layout.name = name;
    layout.in_union = stored.word;
    return layout;
}

} // namespace checker::inline walks
