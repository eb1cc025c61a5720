// What pieces are as edits of a kernel: patches below corpora/patches/mend, each of which names its piece in a line
// "Piece: NAME" of its mail.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "checker/mend/set.h"

namespace checker::inline mend {

// Lines that the patch of each piece adds or takes away; of several the fewest. Throws model::BadInput for a patch that
// names no piece.
std::map<std::string, std::uint64_t> edit_lines(const std::string& corpora);
// Of a set; nothing where some piece has no patch.
std::optional<std::uint64_t> lines_of(PieceSet set, const std::map<std::string, std::uint64_t>& edits);

} // namespace checker::inline mend
