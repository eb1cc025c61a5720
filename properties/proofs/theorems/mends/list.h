// One theorem for each set of pieces of a mend that is proved to reach its goal.
#pragma once

#include "properties/proofs/mended.h"
#include "properties/proofs/scripts.h"

namespace properties::proofs::theorems {

const Theorem& fall_back();
const Theorem& leads();
const Theorem& copies();
const Theorem& own_items();

std::span<const Theorem* const> mends();

// A step with the story that shows what the piece is needed for.
inline LeftOut without(std::string_view name, std::string operation, std::string step, std::string premise,
                       scripts::Story story) {
    return {piece(name), std::move(operation), std::move(step), std::move(premise), story.playable, story.trace};
}

} // namespace properties::proofs::theorems
