// What can be played of a sequence that was changed.
#pragma once

#include <functional>
#include <vector>

#include "model/ops.h"

namespace checker::inline search {

// Plays the steps on this machine. Those that cannot be played are taken out, and results that were told become those
// that came out. `after` is called after each.
void play_playable(model::Kernel& k, std::vector<model::Step>& steps,
                   const std::function<void(const model::Operation&)>& after = {});

} // namespace checker::inline search
