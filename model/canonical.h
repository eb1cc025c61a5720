// When are two machines the same? When they differ only in the names of things.
//
// The canonical form writes a machine down by walking it in an order that every observer would choose (processes by pid,
// VMAs by address, then whatever they lead to) and naming VMAs, anon_vmas, folios and nodes in the order in which they
// are met. Left out is what only counts history: the number of passes and of skipped pages. A dangling head, and a
// remembered VMA that is gone, are written as such and not by the name that they had.
#pragma once

#include <cstdint>
#include <vector>

#include "model/kernel.h"

namespace model {

std::vector<std::uint64_t> canonical(const Kernel& k);

// Equality and hash up to renaming.
bool same(const Kernel& a, const Kernel& b);
std::uint64_t hash(const std::vector<std::uint64_t>& canonical_form);

} // namespace model
