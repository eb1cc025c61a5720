#include "checker/gate/verdict.h"

#include <gtest/gtest.h>

#include <vector>

#include "checker/gate/gate.h"

namespace checker {
namespace {

using Row = std::vector<Seen>;

constexpr HeldTo claims_to_cover{Claim::covers, false, false, true};
constexpr HeldTo claims_to_be_exact{Claim::exact, false, false, true};
constexpr HeldTo candidate_of_any_claim{Claim::refuted, true, false, true};
constexpr HeldTo wrong_as_known{Claim::refuted, false, false, true};
constexpr HeldTo wrong_but_not_all_asked{Claim::refuted, false, false, false};

TEST(Decide, TheReferenceIsNotJudged) {
    for (const Row& seen : {Row{}, Row{Seen::nothing}, Row{Seen::refuted}, Row{Seen::open}})
        EXPECT_EQ(decide({Claim::exact, true, true, true}, seen), Standing::reference);
}

TEST(Decide, WithoutEvidenceNothingWasAsked) {
    for (const HeldTo& held : {claims_to_cover, candidate_of_any_claim, wrong_as_known, wrong_but_not_all_asked})
        EXPECT_EQ(decide(held, {}), Standing::not_asked);
}

TEST(Decide, WhatShouldHoldDoesUntilATierRefutesIt) {
    for (const HeldTo& held : {claims_to_cover, claims_to_be_exact, candidate_of_any_claim}) {
        EXPECT_EQ(decide(held, Row{Seen::nothing}), Standing::holds);
        EXPECT_EQ(decide(held, Row{Seen::nothing, Seen::nothing}), Standing::holds);
        EXPECT_EQ(decide(held, Row{Seen::nothing, Seen::refuted}), Standing::refuted);
        EXPECT_EQ(decide(held, Row{Seen::refuted, Seen::nothing}), Standing::refuted);
    }
}

TEST(Decide, AnOpenTierLeavesItOpenAndOneThatRefutesEndsThat) {
    for (const HeldTo& held : {claims_to_cover, claims_to_be_exact, candidate_of_any_claim}) {
        EXPECT_EQ(decide(held, Row{Seen::nothing, Seen::open}), Standing::cannot_tell);
        EXPECT_EQ(decide(held, Row{Seen::open, Seen::refuted}), Standing::refuted);
    }
}

TEST(Decide, WhatIsKnownToBeWrongMustBeCaughtAgain) {
    EXPECT_EQ(decide(wrong_as_known, Row{Seen::nothing, Seen::refuted}), Standing::refuted_as_known);
    EXPECT_EQ(decide(wrong_as_known, Row{Seen::open, Seen::refuted}), Standing::refuted_as_known);
    EXPECT_EQ(decide(wrong_as_known, Row{Seen::nothing, Seen::nothing}), Standing::not_caught);
    EXPECT_EQ(decide(wrong_as_known, Row{Seen::nothing, Seen::open}), Standing::not_caught); // the corpora have it
}

TEST(Decide, NotToBeCaughtByAFewTiersMeansLittle) {
    EXPECT_EQ(decide(wrong_but_not_all_asked, Row{Seen::refuted}), Standing::refuted_as_known);
    EXPECT_EQ(decide(wrong_but_not_all_asked, Row{Seen::nothing}), Standing::cannot_tell);
}

TEST(Decide, FailuresAreWhatShouldNotBe) {
    for (Standing s :
         {Standing::reference, Standing::not_asked, Standing::holds, Standing::refuted_as_known, Standing::cannot_tell})
        EXPECT_FALSE(is_failure(s)) << to_string(s);
    EXPECT_TRUE(is_failure(Standing::refuted));
    EXPECT_TRUE(is_failure(Standing::not_caught));
}

// --- the gate, with tiers that see what they are told to

const Strategy& named(std::string_view name) { return *find_strategy(name); }

Tier tier_that_sees(const std::string& name, const std::map<std::string, Evidence>& of_strategy,
                    const TierEvidence& rest = {}) {
    return {name, "", {name}, 0, [=](const TierRequest& request) {
                TierEvidence evidence = rest;
                for (const Strategy* s : request.strategies)
                    if (auto at = of_strategy.find(std::string(s->name)); at != of_strategy.end()) {
                        evidence.rows.push_back(at->second);
                        evidence.rows.back().strategy = s;
                    }
                return evidence;
            }};
}

Evidence refuted(std::size_t operations) {
    return {nullptr, Seen::refuted, Refutation{operations, "", "", {}}, {}, {}, {}};
}
Evidence clean() { return {nullptr, Seen::nothing, {}, {}, {}, {}}; }
Evidence open() { return {nullptr, Seen::open, {}, {}, {}, {}}; }

GateReport gate_of(const std::vector<Tier>& tiers, std::vector<const Strategy*> strategies, bool named_tiers = false) {
    static std::vector<Tier> kept; // the report points into them
    kept = tiers;
    std::vector<AskedTier> asked;
    for (const Tier& t : kept) asked.push_back({&t, 1, named_tiers});
    TierRequest request;
    request.strategies = std::move(strategies);
    return run_gate(std::move(asked), request);
}

TEST(Gate, KeepsTheShortestRefutationOfAllTiers) {
    const GateReport r =
        gate_of({tier_that_sees("a", {{"two-pass", refuted(7)}}), tier_that_sees("b", {{"two-pass", refuted(5)}}),
                 tier_that_sees("c", {{"two-pass", clean()}})},
                {&named("two-pass")});
    ASSERT_EQ(r.under[0].conclusions.size(), 1u);
    EXPECT_EQ(r.under[0].conclusions[0].standing, Standing::refuted);
    ASSERT_TRUE(r.under[0].conclusions[0].why);
    EXPECT_EQ(r.under[0].conclusions[0].why->operations, 5u);
    EXPECT_TRUE(r.failed());
    EXPECT_FALSE(r.defect());
}

TEST(Gate, IsSilentAboutStrategiesWhereOnlyTheModelWasTested) {
    const GateReport r = gate_of({tier_that_sees("live", {})}, {&reference(), &named("two-pass")}, true);
    EXPECT_EQ(r.under[0].conclusions[0].standing, Standing::reference);
    EXPECT_EQ(r.under[0].conclusions[1].standing, Standing::not_asked);
    EXPECT_FALSE(r.failed());
    EXPECT_EQ(r.cannot_tell, "");
}

TEST(Gate, AStrategyLeftOpenIsNoSuccess) {
    const GateReport r = gate_of({tier_that_sees("explore", {{"two-pass", open()}})}, {&named("two-pass")});
    EXPECT_EQ(r.under[0].conclusions[0].standing, Standing::cannot_tell);
    EXPECT_EQ(r.cannot_tell, "explore: two-pass is left open");
    EXPECT_FALSE(r.failed());
}

TEST(Gate, AskedForOneTierItCannotSayThatNothingCatches) {
    const Tier tier = tier_that_sees("corpus", {{"addr-shift", clean()}});
    const GateReport one = gate_of({tier}, {&named("addr-shift")}, true);
    EXPECT_EQ(one.under[0].conclusions[0].standing, Standing::cannot_tell);
    EXPECT_EQ(one.cannot_tell, "the tiers that ran did not refute addr-shift");
    const GateReport all = gate_of({tier}, {&named("addr-shift")});
    EXPECT_EQ(all.under[0].conclusions[0].standing, Standing::not_caught);
    EXPECT_TRUE(all.failed());
    EXPECT_EQ(all.reproduce(), (CommandWords{"rmapcheck", "gate"}));
}

TEST(Gate, ATierCutShortCannotSayThatNothingCatches) {
    TierEvidence cut_short;
    cut_short.cannot_tell = "random: interrupted";
    const GateReport r =
        gate_of({tier_that_sees("random", {{"addr-shift", clean()}}, cut_short)}, {&named("addr-shift")});
    EXPECT_EQ(r.under[0].conclusions[0].standing, Standing::cannot_tell);
    EXPECT_EQ(r.cannot_tell, "random: interrupted");
}

TEST(Gate, ATierThatWasNamedMustRun) {
    TierEvidence skipped;
    skipped.skipped = "no KSM here";
    EXPECT_EQ(gate_of({tier_that_sees("live", {}, skipped)}, {&named("two-pass")}, true).cannot_tell,
              "live: no KSM here");
    EXPECT_EQ(gate_of({tier_that_sees("live", {}, skipped)}, {&named("two-pass")}).cannot_tell, "");
}

TEST(Gate, FaultsOfTheModelAreFailuresAndSomeAreDefects) {
    TierEvidence faulty;
    faulty.faults = {{"a.trace:3: no", {"rmapcheck", "run", "a.trace"}, false}};
    GateReport r = gate_of({tier_that_sees("corpus", {{"two-pass", clean()}}, faulty)}, {&named("two-pass")});
    EXPECT_EQ(r.under[0].conclusions[0].standing, Standing::holds);
    EXPECT_TRUE(r.failed());
    EXPECT_FALSE(r.defect());
    EXPECT_EQ(r.reproduce(), (CommandWords{"rmapcheck", "run", "a.trace"}));
    faulty.faults.front().defect = true;
    r = gate_of({tier_that_sees("corpus", {{"two-pass", clean()}}, faulty)}, {&named("two-pass")});
    EXPECT_TRUE(r.defect());
}

// A tier that sees other things under the rules of 6.18, and one that does not look at rules; it counts.
std::vector<Tier> of_two_kinds(int& asked) {
    Tier by_rules{"corpus", "", {"corpus"}, 0, [](const TierRequest& request) {
                      TierEvidence evidence;
                      for (const Strategy* s : request.strategies) {
                          Evidence e = clean();
                          e.strategy = s;
                          if (request.version->name == "6.18") {
                              e.seen = Seen::refuted;
                              e.refuted_in = {"a.trace"};
                          }
                          evidence.rows.push_back(std::move(e));
                      }
                      return evidence;
                  }};
    Tier by_itself{"proof",
                   "",
                   {"proof"},
                   0,
                   [&asked](const TierRequest&) {
                       ++asked;
                       TierEvidence evidence;
                       evidence.summary = "asked";
                       return evidence;
                   },
                   false};
    return {by_rules, by_itself};
}

TEST(Gate, JudgesUnderTheRulesOfEachKernelAndSaysWhereTheyDiffer) {
    int asked = 0;
    const std::vector<Tier> tiers = of_two_kinds(asked);
    TierRequest request;
    request.strategies = {&reference(), &named("two-pass")};
    const GateReport r =
        run_gate({{&tiers[0], 1, false, {}}, {&tiers[1], 1, false, {}}}, request, model::judged_versions());
    ASSERT_EQ(r.under.size(), 2u);
    EXPECT_EQ(r.under[0].version, &model::default_version());
    EXPECT_EQ(r.under[0].conclusions[1].standing, Standing::holds);
    EXPECT_EQ(r.under[1].conclusions[1].standing, Standing::refuted);
    EXPECT_TRUE(r.failed());
    EXPECT_EQ(asked, 1);
    EXPECT_EQ(r.under[1].tiers[1].evidence.summary, "asked");
    const std::vector<RulesDiffer> differences = r.differences();
    ASSERT_EQ(differences.size(), 1u);
    EXPECT_EQ(differences[0].strategy, &named("two-pass"));
    EXPECT_EQ(differences[0].only_here, std::vector<std::string>{});
    EXPECT_EQ(differences[0].only_there, std::vector<std::string>{"a.trace"});
}

} // namespace
} // namespace checker
