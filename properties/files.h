// What a call about a file may change, said from outside of the model.
#pragma once

#include "checker/search/property.h"

namespace properties {

// fallocate(FALLOC_FL_PUNCH_HOLE): the pages of the hole are gone, and of what processes have of their own only zero
// pages (should_zap_folio(), mm/memory.c).
bool punches(const model::Operation& op);
std::optional<std::string> a_hole_takes_pages_only(const checker::Moment& m);
// fork() maps nothing of shared memory in the child (vma_needs_copy(), mm/memory.c).
bool forks(const model::Operation& op);
std::optional<std::string> shared_memory_is_not_copied(const checker::Moment& m);

} // namespace properties
