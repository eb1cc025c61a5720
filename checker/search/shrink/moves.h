// Moves: ways to make a sequence that may be smaller from one that is known to do. A move is a composition of
// elementary edits: every sequence that is one edit of each away is a candidate. The search
// (checker/search/shrink/shrink.cpp) goes round until no move finds a smaller one.
#pragma once

#include <array>
#include <functional>
#include <span>
#include <string_view>
#include <vector>

#include "checker/search/shrink/edits.h"

namespace checker::inline search {

struct Move {
    std::string_view name;
    bool dear;         // only for what is small already, and may be the answer
    bool sweeps;       // goes on from what was taken; else it ends with the first that is taken
    std::size_t up_to; // sequences of so many operations at most: it costs too much for longer ones
    std::array<Edit, 3> edits{};
};

// THE table, cheap moves first.
std::span<const Move> moves();

// Proposes every sequence that these edits make, one after the other.
void compose(std::span<const Edit> edits, const Proposer& p);
std::span<const Edit> edits_of(const Move& move);

} // namespace checker::inline search
