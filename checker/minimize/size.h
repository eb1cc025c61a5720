// When is one sequence smaller than another? The total order in which a minimal sequence is the smallest.
#pragma once

#include <compare>
#include <cstdint>
#include <vector>

#include "model/ops.h"

namespace checker {

struct Size {
    std::size_t operations = 0;
    std::size_t processes = 0;
    std::uint64_t ranks = 0;           // of all fields, how far each is from the simplest
    std::vector<std::uint64_t> order;  // everything, step by step: tells any two sequences apart

    friend auto operator<=>(const Size&, const Size&) = default;
};
Size size_of(const std::vector<model::Step>& steps);

} // namespace checker
