// What a walk costs as the VMAs of an anon_vma grow in number: the machine for which narrow walks were proposed. One
// mergeable mapping is split into so many VMAs by mprotect(); its first and its last page are one KSM page.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "checker/walks/walks.h"

namespace checker::inline judge {

struct Growth {
    const Strategy* strategy = nullptr;
    std::uint64_t vmas = 0;
    std::uint64_t visited = 0; // VMAs taken from interval trees in one walk
    std::uint64_t found = 0;   // of the two entries
    double nanoseconds = 0;    // of one walk in the model, the best of several
};

// Each strategy of KSM pages, on machines of these sizes (at least 2).
std::vector<Growth> measure_growth(const std::vector<const Strategy*>& strategies,
                                   std::span<const std::uint64_t> sizes);

} // namespace checker::inline judge
