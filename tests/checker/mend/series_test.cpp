// The patches of corpora/patches/mend: each names a piece, and the pieces of a series are a set that loses nothing
// along any trace.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "checker/judge/runner.h"
#include "checker/mend/edits.h"
#include "checker/mend/lattice.h"

namespace checker {
namespace {

namespace fs = std::filesystem;

const std::string corpora = RMAPCHECK_SOURCE_DIR "/corpora";

PieceSet pieces_of(const std::string& series) {
    PieceSet set = 0;
    for (const auto& entry : fs::directory_iterator(corpora + "/patches/mend/" + series)) {
        std::ifstream file(entry.path());
        for (std::string line; std::getline(file, line);)
            for (std::size_t n = 0; n < piece_count; ++n)
                if (line == "Piece: " + std::string(piece_name(n))) set |= PieceSet{1} << n;
    }
    return set;
}

// Along every trace of the corpora. What ends between two steps of an operation in flight is no loss.
void expect_to_reach(PieceSet set, Goal goal) {
    std::size_t lost_as_it_is = 0;
    for (const std::string& path : traces_below(corpora)) {
        const model::Trace trace = model::load_trace(path);
        EXPECT_FALSE(first_loss(trace.steps, model::default_version().rules, set, goal)) << path;
        lost_as_it_is += first_loss(trace.steps, model::default_version().rules, 0, goal).has_value();
    }
    EXPECT_GT(lost_as_it_is, 20u);
}

TEST(MendSeries, OfExactLosesNothing) {
    const PieceSet set = pieces_of("nothing");
    EXPECT_EQ(names_of(set),
              (std::vector<std::string>{"reset-reaped-head", "leave-leads", "upgrade-alone", "tree-hit"}));
    expect_to_reach(set, Goal::exact);
    expect_to_reach(set, Goal::covers);
}

TEST(MendSeries, OfCoversLosesNothingThatNaiveFinds) {
    const PieceSet set = pieces_of("naive");
    EXPECT_EQ(names_of(set), (std::vector<std::string>{"tree-hit", "fall-back"}));
    expect_to_reach(set, Goal::covers);
}

TEST(MendSeries, EveryPatchNamesAPiece) {
    for (const auto& [piece, lines] : edit_lines(corpora)) {
        bool known = false;
        for (std::size_t n = 0; n < piece_count; ++n) known |= piece == piece_name(n);
        EXPECT_TRUE(known) << piece;
        EXPECT_GT(lines, 0u) << piece;
    }
    EXPECT_EQ(edit_lines(corpora).size(), 5u);
}

} // namespace
} // namespace checker
