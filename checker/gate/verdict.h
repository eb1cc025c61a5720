// The verdict: all evidence in, one word out.
//
// Tiers report what they saw (gate/tier.h); none of them decides. What follows is a table, and decide() is that table.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "checker/walks/walks.h"

namespace checker::inline gate {

// What a tier saw of one strategy.
enum class Seen : std::uint8_t {
    nothing, // nothing that speaks against it
    refuted, // an entry that it owes: one that the reference finds or, if it claims to find all, one that exists
    open,    // the tier could not look as far as it should
};

// What all tiers together make of a strategy.
enum class Standing : std::uint8_t {
    reference,        // the others are held to it
    not_asked,        // no tier that ran is about strategies
    holds,            // nothing spoke against its claim
    refuted,          // it should have held
    refuted_as_known, // its claim says so
    not_caught,       // its claim says that it is wrong, everything was tried, and nothing showed it
    cannot_tell,      // some tier could not look as far as it should
};
std::string_view to_string(Standing s);

// What the strategy is held to.
struct HeldTo {
    Claim claim = Claim::covers;
    bool candidate = false; // the user named it: whatever it claims, it must find what the reference finds
    bool reference = false;
    bool all_asked = true; // every tier was asked, and none was cut short: else not to be caught means little
};
// Is it wrong by its own account, so that refuting it is no news?
constexpr bool known_wrong(const HeldTo& h) { return h.claim == Claim::refuted && !h.candidate; }

// `seen`: of every tier that is about strategies.
Standing decide(const HeldTo& held, std::span<const Seen> seen);

// Does the standing speak against what was tested, or for more testing?
constexpr bool is_failure(Standing s) { return s == Standing::refuted || s == Standing::not_caught; }

} // namespace checker::inline gate
