// Sets of pieces: what a kernel does otherwise (model::Mends) and how its walk goes (checker/walks/tree_hit.cpp and
// its neighbours). The lattice is all of their subsets.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "checker/walks/walks.h"

namespace checker::inline mend {

// A bit for each piece: those of model::mend_names, in their order, then those of the walk.
using PieceSet = std::uint32_t;
inline constexpr std::size_t model_pieces = std::size(model::mend_names);
inline constexpr PieceSet tree_hit_piece = PieceSet{1} << model_pieces;
inline constexpr PieceSet fall_back_piece = tree_hit_piece << 1;
inline constexpr std::size_t piece_count = model_pieces + 2;
inline constexpr PieceSet all_pieces = (PieceSet{1} << piece_count) - 1;

std::string_view piece_name(std::size_t piece);
std::string_view piece_idea(std::size_t piece);
// "tree-hit, leave-leads"; of none: "the kernel as it is".
std::string to_text(PieceSet set);
std::vector<std::string> names_of(PieceSet set);
inline unsigned size_of(PieceSet set) { return static_cast<unsigned>(__builtin_popcount(set)); }
// Is a set part of another?
inline bool is_within(PieceSet part, PieceSet whole) { return (part & ~whole) == 0; }

// Those that take more than a few lines and a few instructions: memory for what is gone, a mutex in a fault, a copy at
// each fork.
PieceSet dear_pieces();

model::Mends mends_of(PieceSet set);
// The walk of the set, without what it claims.
const Strategy& walk_of(PieceSet set);

// The words that play a trace on the mended machine.
std::vector<std::string> words_of(PieceSet set, const model::Rules& rules, const std::string& trace);

// The subsets of these pieces, the smaller ones first; of one size in the order of their bits.
std::vector<PieceSet> subsets_of(PieceSet pieces);

} // namespace checker::inline mend
