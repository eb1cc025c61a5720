// Which page a call of the kernel is about.
#pragma once

#include "model/ops/fields.h"

namespace model {

// The folio that pid:address maps, or that the swap cache holds for the swap entry there; none otherwise. BadInput if
// there is no such process.
Id<Folio> page_of(const Kernel& k, Pid pid, std::uint64_t address);

} // namespace model
