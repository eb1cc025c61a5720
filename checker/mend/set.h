// Sets of pieces: what a kernel does otherwise (model::Mends) and how its walk goes (checker/walks/tree_hit.cpp and
// its neighbours). The lattice is all of their subsets.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "checker/walks/walks.h"

namespace checker::inline mend {

// A bit for each piece: those of model::mend_names, in their order, then those of the walk.
using Pieces = std::uint32_t;
inline constexpr std::size_t model_pieces = std::size(model::mend_names);
inline constexpr Pieces tree_hit_piece = Pieces{1} << model_pieces;
inline constexpr Pieces fall_back_piece = tree_hit_piece << 1;
inline constexpr std::size_t piece_count = model_pieces + 2;
inline constexpr Pieces all_pieces = (Pieces{1} << piece_count) - 1;

std::string_view name_of(std::size_t piece);
std::string_view idea_of(std::size_t piece);
// "tree-hit, leave-leads"; of none: "the kernel as it is".
std::string to_text(Pieces set);
std::vector<std::string> names_of(Pieces set);
inline unsigned size_of(Pieces set) { return static_cast<unsigned>(__builtin_popcount(set)); }
// Is a set part of another?
inline bool is_within(Pieces part, Pieces whole) { return (part & ~whole) == 0; }

model::Mends mends_of(Pieces set);
// The walk of the set, without what it claims.
const Strategy& walk_of(Pieces set);

// The words that play a trace on the mended machine.
std::vector<std::string> words_of(Pieces set, const model::Rules& rules, const std::string& trace);

// The subsets of these pieces, the smaller ones first; of one size in the order of their bits.
std::vector<Pieces> subsets_of(Pieces pieces);

} // namespace checker::inline mend
