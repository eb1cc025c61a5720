#include "checker/report/beliefs.h"

#include <algorithm>
#include <iterator>

namespace checker::inline report {
namespace {

constexpr Belief beliefs[] = {
    {"linear-index",
     "What it takes for granted is said in a comment of `rmap_walk_ksm()` (mm/ksm.c of 7.3): one page has one linear\n"
     "index, the one that it had when it was merged, because `mremap()` unshares KSM pages before it moves them, so "
     "that\n"
     "no parent and no child can map the page under another.",
     "Each trace of the first table contradicts that: `mremap()`\n"
     "leaves alone what is not in a `VM_MERGEABLE` VMA, what is a swap entry, and what becomes a KSM page only after "
     "the\n"
     "move."},
    {"naive",
     "What it takes for granted is said in a comment of `rmap_walk_ksm()` (mm/ksm.c): beside the VMA that an "
     "rmap_item\n"
     "was made for, only those are to be looked at that were forked from it since ksmd passed, and they are in the "
     "tree\n"
     "of its anon_vma, at its address.",
     "Each trace contradicts that: an entry is where no rmap_item of the page has "
     "its\n"
     "address, or in a VMA that the anon_vma of none of these leads to."},
};

} // namespace

const Belief* belief_of(std::string_view walk) {
    const auto* at = std::ranges::find(beliefs, walk, &Belief::walk);
    return at == std::end(beliefs) ? nullptr : at;
}

} // namespace checker::inline report
