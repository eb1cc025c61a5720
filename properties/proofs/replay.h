// A refutation counts only when it replays: the trace made of the solver's values is played by the model, and judged.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "checker/judge/page_tables.h"
#include "properties/proofs/theorem.h"

namespace properties::proofs {

struct Replay {
    bool shows_miss = false; // the last walk misses what `naive` finds; of `naive` itself, an entry that exists
    std::string why_not;     // if it does not
    std::vector<checker::MappedAt> missed;
    bool touched_freed_vma = false;
    std::string command;                           // the walk line that shows it
    const model::KernelVersion* version = nullptr; // under whose rules
};

// Plays the trace's text for one strategy, under the rules of the newest kernel that show a miss. A trace that cannot
// be played, or a step with another result than the trace states, shows nothing.
Replay replay(const std::string& trace, std::string_view strategy);
// The same on a mended kernel: a miss is shown where the set without the piece loses an entry along the trace, and the
// whole set does not.
Replay replay_mended(const std::string& trace, const Mend& mended, checker::PieceSet left_out);
// Either, as the break says.
Replay replay_break(const Break& b, const std::string& trace, std::string_view strategy);

} // namespace properties::proofs
