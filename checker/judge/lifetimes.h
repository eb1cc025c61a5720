// Does a miss end by itself? Full scans are played on a copy, until all misses have healed or no scan changes anything.
#pragma once

#include <span>

#include "checker/judge/sound.h"

namespace checker::inline judge {

// Finds the lifetime of each of these verdicts, all of which miss something in this machine as it is.
void find_lifetimes(const model::Kernel& k, std::span<Verdict* const> missing);

// Will full scans, however many, leave every page table and every list of rmap_items as it is? True only where that
// follows from what a scan looks at: every page that a scan visits has an item, every KSM page among them is listed at
// its stable node, and of the others no two have one content that could be merged, nor one a content that could join a
// KSM page. False says nothing.
bool settled(const model::Kernel& k);

} // namespace checker::inline judge
