// When is one sequence smaller than another? The total order in which a minimal sequence is the smallest.
#pragma once

#include <compare>
#include <cstdint>
#include <vector>

#include "model/ops.h"

namespace checker::inline search {

struct Size {
    std::uint64_t flights = 0;    // operations that only begin
    std::uint64_t operations = 0; // an unusual one, or one with an unusual argument, counts for four
    std::size_t processes = 0;
    std::uint64_t ranks = 0;          // of all fields, how far each is from the simplest
    std::vector<std::uint64_t> order; // everything, step by step: tells any two sequences apart

    friend auto operator<=>(const Size&, const Size&) = default;
};
Size size_of(const std::vector<model::Step>& steps);
// Is there a more usual way to say what this step is there for?
bool is_unusual(const model::Step& step);

} // namespace checker::inline search
