// The fence: the six answers are kept apart, and a refutation is checked without the solver.
#include <gtest/gtest.h>

#include <filesystem>

#include "properties/proofs/arithmetic.h"

namespace {

using namespace properties::proofs;

const Int x = Int::named("x"), y = Int::named("y");

TEST(Solver, Proved) { EXPECT_EQ(ask({"t/proved", {x < y}, x + Int(1) <= y}, {}).answer, Answer::proved); }

TEST(Solver, RefutedWithValues) {
    const Query q{"t/refuted", {x >= Int(3)}, x < Int(10)};
    const Outcome o = ask(q, {});
    ASSERT_EQ(o.answer, Answer::refuted);
    EXPECT_GE(o.values.number("x"), 10u);
    EXPECT_FALSE(holds(q.goal, o.values));
    EXPECT_TRUE(holds(q.premises.front(), o.values));
}

TEST(Solver, VacuousPremisesAreNoProof) {
    EXPECT_EQ(ask({"t/vacuous", {x < y, y < x}, Formula(true)}, {}).answer, Answer::vacuous);
}

TEST(Solver, TimeoutIsNoAnswer) {
    // True, but hard for a solver that sees bits: the theorem `edges` takes three smaller steps.
    const auto v = range_named<Bv64>("v");
    const auto p = page_named<Bv64>("p");
    Settings quick;
    quick.timeout_ms = 1;
    const Outcome o =
        ask({"t/timeout", {is_vma(v)}, contains(interval(v), linear_page_index(v, p)) == contains(v, p)}, quick);
    EXPECT_TRUE(o.answer == Answer::timeout || o.answer == Answer::unknown) << to_string(o.answer);
    EXPECT_FALSE(o.reason.empty());
}

TEST(Solver, ErrorsHaveAReason) {
    const Outcome o = ask({"t/error", {}, Formula::named("a name | with a bar")}, {}); // not a symbol of SMT-LIB
    EXPECT_EQ(o.answer, Answer::error);
    EXPECT_FALSE(o.reason.empty());
}

TEST(Solver, WordsWrapAroundAndIntegersDoNot) {
    const Bv32 w = Bv32::named("w");
    EXPECT_EQ(ask({"t/word", {}, w + Bv32(1) > w}, {}).answer, Answer::refuted);
    EXPECT_EQ(ask({"t/integer", {}, x + Int(1) > x}, {}).answer, Answer::proved);
    EXPECT_TRUE(holds(w + Bv32(1) == Bv32(0), Values{{{"w", "4294967295"}}}));
    EXPECT_FALSE(holds(x + Int(1) == Int(0), Values{{{"x", "4294967295"}}}));
}

TEST(Solver, ComparesWordsWithoutSign) {
    EXPECT_EQ(ask({"t/sign", {}, Bv64(UINT64_MAX) > Bv64(1)}, {}).answer, Answer::proved);
}

TEST(Solver, WritesWhatItAsks) {
    const std::filesystem::path folder = std::filesystem::path(testing::TempDir()) / "solver-smt2";
    Settings settings;
    settings.smt2 = folder.string();
    const Query q{"t/written down", {x < y}, x != y};
    ask(q, settings);
    EXPECT_TRUE(std::filesystem::exists(folder / smt2_file(q)));
    EXPECT_NE(to_smt2(q).find("(set-logic QF_LIA)"), std::string::npos);
}

TEST(Solver, SaysItsVersion) { EXPECT_EQ(solver_version().rfind("Z3 4.", 0), 0u); }

} // namespace
