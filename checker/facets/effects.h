// What an operation can change.
#pragma once

#include <cstdint>

#include "checker/facets/ranges.h"
#include "model/config.h"

namespace checker::inline facets {

// May it change attributes (flags, file, offset) of the memory of its process?
bool changes_mappings(const model::Operation& op);
// Of which memory: all of it is among these ranges. But for these VM_* flags, which it may change outside, too.
ByteRanges changed_ranges(const model::Operation& op, const model::Result& result);
std::uint64_t flags_changed_elsewhere(const model::Operation& op, const model::Config& config);
// May it make, free or list rmap_items?
bool changes_items(const model::Operation& op);
// Does it reclaim or migrate, so that what it does depends on the walk that drives it (model::Config::drive)?
bool uses_walk(const model::Operation& op);

} // namespace checker::inline facets
