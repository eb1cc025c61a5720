// What is recorded of a page when it is merged, and how an rmap_item is laid out that keeps something of it.
#pragma once

#include <cstdint>
#include <string_view>

#include "model/arithmetic/pgoff.h"
#include "model/pool.h"

namespace model {

struct Vma;

// The VMA that a page was merged in, as it was then (try_to_merge_with_ksm_page(), mm/ksm.c). A walk strategy stores
// something of it in the rmap_item, and derives that from here (checker/walks); the model only keeps, refreshes and
// loses the record with the item.
struct MergeRecord {
    Id<Vma> vma;
    std::uint64_t vma_birth = 0; // 0: nothing recorded
    Range range;                 // without its end, unless the layout keeps that too
};

// What a strategy stores of a record in an rmap_item with this address.
using RecordedWord = std::uint64_t (*)(const MergeRecord&, Vpn page);

// How an rmap_item is laid out, as far as the scanner is concerned. By default what a strategy stores has a place of
// its own, and no strategy changes what the scanner does.
struct ItemLayout {
    std::string_view name = "separate"; // no two layouts share one
    // Stored over oldchecksum, age and remaining_skips when the page is merged; none: these have no other use.
    RecordedWord in_union = nullptr;
    bool guarded = false;       // should_skip_rmap_item() neither ages nor skips a stable item
    bool cleared = false;       // leaving the stable tree sets oldchecksum, age and remaining_skips to 0
    bool keeps_end = false;     // the end of the VMA is recorded as well: machines that differ in nothing else differ
    bool keeps_history = false; // so do machines that differ in how pages and VMAs came to their anon_vmas (kernel.h)

    friend bool operator==(const ItemLayout&, const ItemLayout&) = default;
};

} // namespace model
