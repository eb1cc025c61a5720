// linear-index-fallback: the whole tree where the index was not enough.
//
// The idea: as two-pass, with the index recorded at merge in place of the address: ask for it, and walk everything when
// fewer entries were found than the page has mappings.
//
// Origin: what two-pass does (review of v3); here a piece of a mend.
//
// What is counted are entries that are met at the address of an rmap_item in its own process, where none is met twice.
//
// For: it finds what naive finds, whatever the index has become.
// Against: an entry that no walk finds makes every walk of its page a whole one, and so does one that fork made, until
// ksmd comes by. Between the two walks of a migration there are no mappings to count: then it walks everything, unless
// it counts migration entries (model::Mends::count_migration).
#include "checker/walks/walks.h"

namespace checker::inline walks {

Strategy linear_index_fallback() {
    return {.name = "linear-index-fallback",
            .idea = "linear-index, then naive when fewer entries were found than the page has mappings",
            .origin = "a piece of a mend",
            .stored = linear_index_at_merge,
            .asks = {stored_offset, every_offset},
            .counts_own_places = true,
            .bound = {at_index, all_of_the_tree},
            .facts = {Fact::leads, Fact::record, Fact::arrival},
            .claim = Claim::covers,
            .known = "finds what naive finds; both walks are paid for when an entry is out of reach",
            .theorem = "fall-back"};
}

} // namespace checker::inline walks
