// naive: every VMA of the anon_vma.
//
// The idea: an rmap_item remembers a process, an address and an anon_vma. Ask the anon_vma's tree for the page offsets
// 0 to ULONG_MAX and throw away every VMA that does not contain the address.
//
// Origin: rmap_walk_ksm() since Linux 2.6.33, in this form since bf181b9f9d8d (2012); 6.12 and 6.18 have it.
//
// For: it needs no page offset, so it cannot have a wrong one. With an anon_vma of 20,000 VMAs it looks at 20,000 of
// them for each rmap_item, twice.
// Against: it is the reference, not the truth. An entry that maps a KSM page without an rmap_item of its own (a fork
// that ksmd has not visited, a sharer of an upgraded page, a page that came back from the swap cache) is found only if
// some other item has the same address and its tree leads there. docs/walks.md lists what it loses.
#include "checker/walks/walks.h"

namespace checker::inline walks {

Strategy naive() {
    return {.name = "naive",
            .idea = "every VMA of the anon_vma: page offsets 0 to ULONG_MAX",
            .origin = "rmap_walk_ksm() of 6.12 and 6.18",
            .asks = {every_offset},
            .bound = {all_of_the_tree},
            .facts = {Fact::arrival, Fact::item, Fact::address, Fact::scanned},
            .claim = Claim::covers,
            .known = "the reference; misses entries that no rmap_item leads to",
            .theorem = "naive"};
}

} // namespace checker::inline walks
