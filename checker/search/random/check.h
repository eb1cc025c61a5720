// Campaigns: many random sequences, every state of each judged.
//
// A run is a number: its sequence is a function of the seed and that number alone, so the same seed gives the same
// result however many jobs share the runs. A run in four is played on a machine whose rmap_items are laid out as some
// strategy needs it, the others on the kernel's own. In another one in four ordinary anonymous pages are judged beside
// the KSM pages; in every one, if nothing else is asked. A run in eight has operations in flight, if any run has, and
// there the strategies take turns to drive reclaim and migration.
#pragma once

#include <array>
#include <atomic>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "checker/judge/security.h"
#include "checker/search/engine.h"
#include "checker/search/property.h"
#include "checker/search/random/generate.h"
#include "checker/search/shard.h"

namespace checker::inline search {

struct CheckOptions : SearchBounds {
    DrawScope scope;
    model::Config config;
    std::vector<const Strategy*> strategies; // empty: all, of every kind
    std::uint64_t seed = 1;
    Shard shard;           // of the runs: SearchBounds::runs counts those of all shards
    bool paranoid = false; // invariants and dear properties after every operation of every run
};

// Where something was first met: the run with the lowest number, and what was played in it up to then.
struct Sighting {
    std::uint64_t run = 0;
    model::ItemLayout layout;
    std::vector<model::Step> steps;
    MappedAt entry;     // of a disagreement
    std::string what;   // of a broken property
    double seconds = 0; // since the campaign began, when it was met first, in whatever run
};

struct CheckReport : SearchEffort {
    std::map<SecurityCause, Sighting> security;
    std::map<std::string, Sighting> deadlocks; // by what waits
    std::uint64_t pages = 0;                   // of KSM, judged
    std::map<Cause, Sighting> disagreements;
    std::map<std::string, Sighting> broken;  // properties, by name
    std::map<std::string, Sighting> defects; // the model's invariants, and what it requires of itself
    std::array<std::array<std::uint64_t, 256>, operation_kinds> results{}; // by operation and errno
    std::vector<bool> witnessed;                                           // by place in the list of witnesses
};

// The options that draw from the same scope: of every verb that draws.
std::vector<std::string> words_of(const DrawScope& scope);
// The words of the command that plays the runs up to this one again. The kernel's rules are not among them.
std::vector<std::string> command_of(const CheckOptions& options, std::uint64_t run);

// Runs until a limit is met or the user interrupts.
CheckReport check(const CheckOptions& options, const Lists& lists, const Watch& progress);

} // namespace checker::inline search
