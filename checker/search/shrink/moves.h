// Moves: ways to make a sequence that may be smaller from one that is known to do. Each proposes candidates and reports
// whether one was taken; the search (checker/search/shrink/minimize.cpp) goes round until none is.
#pragma once

#include <functional>
#include <span>
#include <string_view>
#include <vector>

#include "model/ops.h"

namespace checker::inline search {

using Steps = std::vector<model::Step>;

// Where candidates go. The best sequence changes when one is taken.
struct Proposer {
    const Steps& best;
    const std::function<bool(Steps)>& propose; // returns whether it was taken
    const std::function<bool()>& stop;         // the time is up
};

struct Move {
    std::string_view name;
    bool dear;         // only for what is small already, and may be the answer
    std::size_t up_to; // sequences of so many operations at most: it costs too much for longer ones
    bool (*make)(const Proposer&);
};

// THE list, cheap moves first.
std::span<const Move> moves();

// The results that steps need not state, taken out.
void drop_results(Steps& steps);

} // namespace checker::inline search
