// Does a set of pieces lose an entry along a sequence of operations?
//
// It is judged after every operation by which nothing is left half done, by every KSM page's walk, and where a
// migration ends: the walk of the set drives reclaim and migration itself. ksmd rests between two pages.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "checker/mend/set.h"
#include "model/ops.h"

namespace checker::inline mend {

// What a set is to reach.
enum class Goal : std::uint8_t {
    covers, // loses nothing that naive finds, on the same machine
    exact,  // finds every entry as soon as the operation ends
};
std::string_view words_of(Goal goal);
constexpr std::string_view name_of(Goal goal) { return goal == Goal::covers ? "covers" : "exact"; }

struct Loss {
    MappedAt entry;          // that the walk does not find
    bool stale = false;      // a migration entry that nobody puts back
    bool over_bound = false; // the walk costs more than it may
    std::size_t steps = 0;   // that were played
};

// The first along the sequence; nothing if there is none. A step that cannot be played on the mended machine ends it.
std::optional<Loss> first_loss(std::span<const model::Step> steps, const model::Config& config, const Strategy& walk,
                               Goal goal);
std::optional<Loss> first_loss(std::span<const model::Step> steps, const model::Rules& rules, PieceSet set, Goal goal);

} // namespace checker::inline mend
