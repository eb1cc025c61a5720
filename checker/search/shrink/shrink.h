// The shrinker: the smallest sequence that still shows something, whatever that is.
//
// Smaller is an order on sequences (checker/search/shrink/size.h): fewer operations, then fewer processes, then simpler
// fields, then the order of text. The moves (checker/search/shrink/moves.h) propose sequences; one that is smaller and
// still shows it is taken, until there is none.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "model/ops.h"

namespace checker::inline search {

// Is what must be kept still there at the end of the sequence? It may take out steps that cannot be played, and puts
// the results that came out in place of those that were told.
using StillThere = std::function<bool(std::vector<model::Step>&)>;

// The same, asked of several sequences at a time: of so many as are worth one question. It gets what was proposed.
struct Question {
    std::function<std::vector<bool>(std::vector<std::vector<model::Step>>&)> ask; // one answer for each
    std::size_t at_once = 1;
};
Question one_by_one(StillThere still_there);

struct Effort {
    double seconds = 0;
    bool dear = true; // makes moves that only a small sequence is worth, too
};

struct Minimized {
    std::vector<model::Step> steps;
    std::uint64_t tries = 0; // sequences asked about
    bool finished = true;    // else the time was up: it may not be minimal
};

// `steps` must show what is to be kept; it is returned as it came if it does not. Stops when the time is up, or when
// the user interrupts.
Minimized shrink(std::vector<model::Step> steps, const Question& question, const Effort& effort);

} // namespace checker::inline search
