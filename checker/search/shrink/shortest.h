// What exhaustive search knows: sequences that refute a strategy in a small scope, the shortest of each cause.
// Minimizing starts from them, too, when it is left with more operations than they may need.
#pragma once

#include <vector>

#include "checker/judge/judge.h"
#include "checker/search/shrink/moves.h"

namespace checker::inline search {

// Operations up to which the scope is searched.
inline constexpr std::size_t shortest_depth = 7;

// Without walks, shortest first; none if the search does not end in time. Searched once for each strategy and set of
// rules, which takes a second or two; safe to call from several threads.
const std::vector<Steps>& shortest_known(const Strategy& strategy, const model::Rules& rules);

} // namespace checker::inline search
