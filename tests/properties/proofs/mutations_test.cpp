// Changing one piece of the shared arithmetic makes a theorem fail: so the theorems are about the code that runs.
#include <gtest/gtest.h>

#include <fmt/format.h>

#include "properties/proofs/theorem.h"

namespace {

struct Mutation {
    const char* name;
    const char* from;
    const char* to;
    std::span<const properties::proofs::Theorem* const> (*theorems)(); // compiled with the mutated header
};

} // namespace

#include "mutations.inc" // the list: tests/properties/proofs/mutations.cmake

namespace {

// The first question that the mutated arithmetic does not answer with "proved". A question that it makes vacuous counts
// as well: the ledger reports that as a failure.
std::string caught_by(const Mutation& m) {
    Settings settings;
    settings.timeout_ms = 30'000;
    for (const Theorem* t : m.theorems())
        for (const Query& q : t->queries()) {
            const Outcome o = ask(q, settings);
            if (o.answer == Answer::refuted || o.answer == Answer::vacuous)
                return fmt::format("{} ({})", q.name, to_string(o.answer));
        }
    return {};
}

TEST(ProofMutations, EachIsCaughtByATheorem) {
    std::string list;
    for (const Mutation& m : mutations) {
        const std::string query = caught_by(m);
        EXPECT_FALSE(query.empty()) << m.name << " is caught by no theorem";
        list += fmt::format("{:<36} {}\n", m.name, query);
    }
    fmt::print("mutation                             theorem that fails\n{}", list);
    EXPECT_GE(std::size(mutations), 12u);
}

// The same build, without a mutation, proves everything: that is proofs_test.cpp.

} // namespace
