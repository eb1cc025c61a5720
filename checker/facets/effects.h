// What an operation can change.
#pragma once

#include <cstdint>
#include <optional>

#include "checker/facets/ranges.h"
#include "model/config.h"

namespace checker::inline facets {

// How an entry comes to map a page of KSM that it did not map before, if it is by the operation.
enum class Brought : std::uint8_t { from_swap, by_copy, by_move, by_merging };

// What an operation asks about that changes nothing: the page is walked, and the walk is judged.
struct AskedPage {
    model::Pid pid = 0;
    std::uint64_t address = 0; // bytes
};

// May it change attributes (flags, file, offset) of the memory of its process?
bool changes_mappings(const model::Operation& op);
// Of which memory: all of it is among these ranges. But for these VM_* flags, which it may change outside, too.
ByteRanges changed_ranges(const model::Operation& op, const model::Result& result);
std::uint64_t flags_changed_elsewhere(const model::Operation& op, const model::Config& config);
// May it make, free or list rmap_items?
bool changes_items(const model::Operation& op);
// Does it reclaim or migrate, so that what it does depends on the walk that drives it (model::Config::drive)?
bool uses_walk(const model::Operation& op);

// None: it does something.
std::optional<AskedPage> asked_page(const model::Operation& op);
Brought brought(const model::Operation& op);
// May an entry map another folio afterwards, and still the same page?
bool replaces_folios(const model::Operation& op);

} // namespace checker::inline facets
