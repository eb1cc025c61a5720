// Everything in the list is proved, every control refuted, every counterexample played; and the proofs agree with the
// catalogue's claims and with the traces of the corpora.
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <set>

#include "checker/judge/runner.h"
#include "model/ops.h"
#include "properties/proofs/anon_page.h"
#include "properties/proofs/file_page.h"
#include "properties/proofs/inductive.h"
#include "properties/proofs/ledger.h"

namespace {

using namespace properties::proofs;

const Ledger& ledger() {
    static const Ledger l = [] {
        Settings settings;
        settings.smt2 = testing::TempDir() + "/proofs-smt2-" + std::to_string(getpid()); // tests run side by side
        std::filesystem::remove_all(settings.smt2);
        return prove(all_theorems(), settings);
    }();
    return l;
}

TEST(Proofs, EverythingIsSettled) {
    for (const Entry& e : ledger().entries) EXPECT_EQ(e.answer, Answer::proved) << e.theorem->name << ": " << e.reason;
    EXPECT_EQ(worst(ledger()), Answer::proved);
}

TEST(Proofs, EveryControlIsRefuted) {
    for (const Entry& e : ledger().entries) EXPECT_EQ(e.control.outcome.answer, Answer::refuted) << e.theorem->name;
}

TEST(Proofs, EveryCounterexampleReplays) {
    std::size_t played = 0;
    for (const Entry& e : ledger().entries)
        for (const BreakEntry& b : e.breaks) {
            EXPECT_TRUE(b.shown()) << b.asked.query << ": " << b.replay.why_not << "\n" << b.trace;
            ++played;
        }
    EXPECT_GE(played, 40u);
}

TEST(Proofs, TakeLittleTime) {
    double seconds = 0; // of the processor: the clock would measure what else this machine does
    for (const Entry& e : ledger().entries) seconds += e.seconds;
    EXPECT_LT(seconds, 30);
}

TEST(Proofs, EveryQuestionHasItsOwnName) {
    std::set<std::string> names, files;
    for (const Theorem* t : all_theorems()) {
        std::vector<Query> all = t->queries();
        all.push_back(t->control());
        if (t->breaks)
            for (const Break& b : t->breaks()) all.push_back(b.query);
        for (const Query& q : all) {
            EXPECT_TRUE(names.insert(q.name).second) << q.name;
            EXPECT_TRUE(files.insert(smt2_file(q)).second) << q.name;
            EXPECT_EQ(q.name.rfind(std::string(t->name) + "/", 0), 0u) << q.name;
        }
    }
}

template <std::size_t... N> std::set<std::string> operation_names(std::index_sequence<N...>) {
    return {std::string(std::variant_alternative_t<N, model::Operation>::name)...};
}

// What goes on with an operation in flight is no operation of its own: together they are the one that is proved.
TEST(Proofs, EveryOperationIsAStep) {
    std::set<std::string> steps = {"advance", "finish"};
    for (const Case& c : cases(any_pair())) steps.insert(c.operation);
    const auto all = operation_names(std::make_index_sequence<std::variant_size_v<model::Operation>>());
    EXPECT_EQ(steps, all);
    steps = {"advance", "finish"};
    for (const AnonCase& c : anon_cases(any_anon_page())) steps.insert(c.operation);
    EXPECT_EQ(steps, all);
    steps = {"advance", "finish"};
    for (const FileCase& c : file_cases(any_file_page())) steps.insert(c.operation);
    EXPECT_EQ(steps, all);
}

TEST(Proofs, EveryTheoremThatAStrategyNamesExists) {
    for (const checker::Strategy& s : checker::every_strategy())
        if (s.kind == &checker::ksm || !s.theorem.empty()) // of the shape of trees there is no theorem
            EXPECT_EQ(std::ranges::count(all_theorems(), s.theorem, [](const Theorem* t) { return t->name; }), 1)
                << s.name;
}

// A claim "refuted" is refuted here by a counterexample that plays; "covers" and "exact" by none.
TEST(Proofs, AgreeWithTheCatalogue) {
    for (const Entry& e : ledger().entries) {
        const checker::Strategy* of = checker::find_strategy(strategy_of(*e.theorem));
        if (!of || checker::is_reference(*of)) continue;
        const checker::Strategy* s = checker::find_strategy(strategy_of(*e.theorem));
        ASSERT_NE(s, nullptr);
        EXPECT_EQ(s->claim == checker::Claim::refuted, std::ranges::any_of(e.breaks, &BreakEntry::shown_of_strategy))
            << s->name;
    }
}

// What was found by playing sequences is what the theorems allow: a strategy without a needed premise misses nothing
// that naive finds in any trace of the corpora, and each of the others is caught by some trace.
TEST(Proofs, AgreeWithWhatWasFound) {
    std::map<std::string_view, std::size_t> caught;
    checker::RunOptions options;
    options.lifetimes = checker::Lifetimes::leave_open;
    options.strategies = checker::all_of(checker::every_strategy());
    for (const char* folder : {"/corpora/strategies", "/corpora/history", "/corpora/found", "/corpora/anon"}) {
        const std::string path = RMAPCHECK_SOURCE_DIR + std::string(folder);
        if (!std::filesystem::exists(path)) continue;
        for (const std::string& file : checker::traces_below(path))
            for (const checker::Verdict& v : checker::run_trace(model::load_trace(file), options).verdicts)
                if (checker::refutes(v)) ++caught[v.strategy->name];
    }
    for (const Entry& e : ledger().entries) {
        const checker::Strategy* of = checker::find_strategy(strategy_of(*e.theorem));
        if (!of || checker::is_reference(*of) || e.theorem->mends) continue;
        EXPECT_EQ(caught[strategy_of(*e.theorem)] > 0, !e.breaks.empty()) << strategy_of(*e.theorem);
    }
}

TEST(Proofs, LedgerIsJson) {
    const nlohmann::json j = nlohmann::json::parse(to_json(ledger()).dump());
    EXPECT_EQ(j.at("theorems").size(), all_theorems().size());
    EXPECT_EQ(j.at("answer"), "proved");
    EXPECT_EQ(j.at("seed"), 1);
    EXPECT_EQ(j.at("solver"), solver_version());
    for (const auto& t : j.at("theorems"))
        for (const auto& b : t.at("breaks")) EXPECT_TRUE(b.at("replays").get<bool>()) << b.at("name");
}

TEST(Proofs, WithoutAReplayNothingIsRefuted) {
    const auto addr_shift =
        std::ranges::find_if(all_theorems(), [](const Theorem* t) { return t->name == "addr-shift"; });
    ASSERT_NE(addr_shift, all_theorems().end());
    const Ledger l = prove(std::span(&*addr_shift, 1), {},
                           [](const Break&, const std::string&, std::string_view) { return Replay{}; });
    EXPECT_EQ(worst(l), Answer::error);
}

std::string output_of(const std::string& command) {
    std::string out;
    FILE* pipe = popen(command.c_str(), "r");
    if (!pipe) return out;
    char buffer[256];
    while (std::fgets(buffer, sizeof buffer, pipe)) out += buffer;
    pclose(pipe);
    return out;
}

// Another solver, given the same text, gives the same answers.
TEST(Proofs, AnotherSolverAgrees) {
    if (output_of("command -v cvc5").empty()) GTEST_SKIP() << "cvc5 is not installed (Debian package cvc5)";
    const std::string folder = ledger().settings.smt2;
    auto agrees = [&](const std::string& query, Answer answer) {
        const std::string file = folder + "/" + smt2_file({query, {}, true});
        const std::string says = output_of("cvc5 --incremental --tlimit=60000 \"" + file + "\" 2>&1");
        const std::string expected = answer == Answer::proved ? "sat\nunsat\n" : "sat\nsat\n";
        EXPECT_EQ(says, expected) << "cvc5 disagrees about " << query;
    };
    for (const Entry& e : ledger().entries) {
        const bool words =
            e.theorem->name == "edges" || e.theorem->name == "no-wrap-around" || e.theorem->name == "one-offset";
        // Of bit-vectors, every fifth: cvc5 takes about a second for each.
        for (std::size_t n = 0; n < e.asked.size(); n += words ? 5 : 1)
            agrees(e.asked[n].query, e.asked[n].outcome.answer);
        agrees(e.control.query, e.control.outcome.answer);
        for (const BreakEntry& b : e.breaks) agrees(b.asked.query, b.asked.outcome.answer);
    }
}

} // namespace
