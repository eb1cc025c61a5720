// States that must never be reached: a migration entry that nobody will put back names a frame that may be anybody's.
//
// What such a state is called, so that two sequences that lead to the like are one finding; and who must be told before
// it is published: docs/guide.md.
#pragma once

#include <compare>
#include <span>
#include <string>

#include "checker/walks/walks.h"
#include "model/ops.h"

namespace checker::inline judge {

// Where the entry is that the second walk of the migration did not meet.
enum class Whereabouts : std::uint8_t {
    page_is_ordinary, // its page was none of KSM's
    address_unknown,  // at an address that no rmap_item of the page has: no walk looks there
    address_known,    // an rmap_item of the page has this address
};

struct SecurityCause {
    const Strategy* strategy = nullptr; // that drove the migration
    Whereabouts where = Whereabouts::address_unknown;
    bool sequential = false; // nothing acted between the walks

    friend auto operator<=>(const SecurityCause&, const SecurityCause&) = default; // the catalogue is an array
};

// Of a machine with a stale entry (model::Kernel::stale) that this strategy drove; of several entries the first.
// `in_between`: was anything played while the migration was in flight?
SecurityCause security_cause(const model::Kernel& k, const Strategy& driver, bool in_between);

// Was anything played between the begin of the operation in flight that the last step ended, and its end?
bool acted_between(std::span<const model::Step> steps);

// "stale-migration-entry address-known"
std::string to_text(const SecurityCause& cause);
std::string explained(const SecurityCause& cause);

} // namespace checker::inline judge
