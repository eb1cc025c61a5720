#include "checker/judge/runner.h"

#include <gtest/gtest.h>

#include "checker/judge/expect.h"
#include "checker/report/draw.h"
#include "checker/report/json.h"
#include "model/fail.h"

namespace checker {
namespace {

RunReport play_text(const std::string& text) { return run_trace(model::read_trace(text, "test.trace"), {}); }

std::string with_header(const std::string& body) { return "# rmapcheck trace 1\n" + body; }

const std::string mapped = with_header(
    "1 mmap(0x10000, 0x3000, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0) = 0x10000\n");

TEST(Runner, ReportsAResultThatIsNotAsTheTraceSays) {
    const RunReport r = play_text(mapped + "1 munmap(0x10001, 0x1000) = 0\n1 munmap(0x10001, 0x1000) = -1 EINVAL\n");
    ASSERT_EQ(r.failures.size(), 1u);
    EXPECT_EQ(r.failures[0].line, 3u);
    EXPECT_NE(r.failures[0].text.find("-1 EINVAL"), std::string::npos);
}

// The clock is asked before each step.
TEST(Runner, KeepsWhatIsKnownWhereALimitEndsTheRun) {
    static unsigned asked;
    asked = 0;
    RunOptions how;
    how.strategies = {&reference()};
    how.config.out_of_time = [] { return ++asked > 3; };
    const std::string body = mapped + "1 store(0x10000, 0x1000, 1)\n* walk(1, 0x10000)\n1 store(0x11000, 0x1000, 1)\n";
    EXPECT_THROW(run_trace(model::read_trace(body, "t"), how), model::CannotTell);
    asked = 0;
    how.keep_partial = true;
    const model::Trace trace = model::read_trace(body, "t");
    const RunReport r = run_trace(trace, how);
    EXPECT_EQ(r.played, 3u);
    EXPECT_EQ(r.verdicts.size(), 1u);
    EXPECT_EQ(r.at_end, 0u);
    ASSERT_TRUE(r.unfinished);
    EXPECT_EQ(r.unfinished->place.line, 5u);
    EXPECT_EQ(report_json(trace, r, false).at("unfinished").at("operations"), 3);
}

TEST(Runner, TellsEachStepToWhoeverWaits) {
    std::vector<std::uint64_t> told;
    RunOptions how;
    how.progress = [&](std::uint64_t done, std::uint64_t of) { told.insert(told.end(), {done, of}); };
    run_trace(model::read_trace(mapped + "1 store(0x10000, 0x1000, 1)\n", "t"), how);
    EXPECT_EQ(told, (std::vector<std::uint64_t>{0, 2, 1, 2}));
}

TEST(Runner, HoldsTheRunToItsExpectations) {
    const std::string met = "#= vmas 1: 0x10000-0x13000 rw-p 0x10 -\n#= pte 1:0x10000 none\n";
    EXPECT_TRUE(play_text(mapped + met).failures.empty());
    const std::string unmet_ones =
        "#= vmas 1: 0x10000-0x13000 rw-p 0x11 -\n#= pte 1:0x10000 anon\n#= ksm pages_shared 1\n";
    EXPECT_EQ(play_text(mapped + unmet_ones).failures.size(), 3u);
}

TEST(Runner, ComparesAnonVmasUpToTheirNames) {
    const std::string body = mapped + "1 store(0x10000, 0x1000, 1)\n1 mprotect(0x11000, 0x1000, PROT_READ)\n";
    const std::string good =
        "#= vmas 1: 0x10000-0x11000 rw-p 0x10 X[X]; 0x11000-0x12000 r--p 0x11 X[X]; 0x12000-0x13000 rw-p 0x12 X\n";
    const std::string bad =
        "#= vmas 1: 0x10000-0x11000 rw-p 0x10 X[X]; 0x11000-0x12000 r--p 0x11 Y[Y]; 0x12000-0x13000 rw-p 0x12 X\n";
    EXPECT_TRUE(play_text(body + good).failures.empty());
    EXPECT_EQ(play_text(body + bad).failures.size(), 1u);
}

TEST(Runner, HoldsOnlyThoseWhoAreAskedToWhatIsExpectedOfThem) {
    const std::string walk = mapped + "1 store(0x10000, 0x1000, 1)\n* walk(1, 0x10000)\n";
    RunOptions only_naive;
    only_naive.strategies = {&reference()};
    auto failures = [&](const std::string& expectation) {
        return run_trace(model::read_trace(walk + expectation, "t"), only_naive).failures.size();
    };
    EXPECT_EQ(failures("#= misses naive 1:0x10000\n"), 1u);
    EXPECT_EQ(failures("#= misses addr-shift 1:0x10000\n"), 0u);
    EXPECT_EQ(failures("#= finds no-such-strategy\n"), 1u);
}

TEST(Runner, RefusesAStepThatCannotBePlayedWithItsPlace) {
    try {
        play_text(mapped + "7 munmap(0x10000, 0x1000)\n");
        FAIL() << "process 7 does not exist";
    } catch (const model::BadInput& e) {
        EXPECT_STREQ(e.what(), "test.trace:3:1: process 7 does not exist here (one that fork() made)");
    }
    EXPECT_THROW(play_text(mapped + "1 fork() = 1\n"), model::BadInput);
    EXPECT_THROW(play_text(mapped + "1 mmap(0, 0x1000, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = 0x11000\n"),
                 model::BadInput);
}

TEST(Runner, FindsTracesButNotMalformedOnes) {
    const auto paths = traces_below(RMAPCHECK_SOURCE_DIR "/corpora");
    EXPECT_FALSE(paths.empty());
    for (const std::string& p : paths) EXPECT_EQ(p.find("/malformed/"), std::string::npos) << p;
}

// Every trace of the corpora: what it expects is so, and no invariant of the model breaks on the way. Traces of more
// than a few thousand operations are checked for invariants at the end only.
TEST(Corpora, EveryTraceIsAsItSays) {
    for (const std::string& path : traces_below(RMAPCHECK_SOURCE_DIR "/corpora")) {
        const model::Trace trace = model::load_trace(path);
        RunOptions how;
        how.paranoid = trace.steps.size() < 1000;
        const RunReport r = run_trace(trace, how);
        for (const Mismatch& f : r.failures) ADD_FAILURE() << path << ":" << f.line << ": " << f.text;
        for (const Verdict& v : r.verdicts)
            EXPECT_FALSE(breaks_claim(v)) << path << ":" << v.at << ": " << v.strategy->name << " breaks its claim";
    }
}

TEST(Corpora, EveryTraceIsTheTextOfItself) {
    for (const std::string& path : traces_below(RMAPCHECK_SOURCE_DIR "/corpora")) {
        const model::Trace trace = model::load_trace(path);
        EXPECT_EQ(model::read_trace(model::to_text(trace), path), trace) << path;
    }
}

TEST(Corpora, EveryRefutedStrategyHasAWitness) {
    std::vector<std::string> witnessed;
    for (const std::string& path : traces_below(RMAPCHECK_SOURCE_DIR "/corpora/strategies"))
        for (const Verdict& v : run_trace(model::load_trace(path), {}).verdicts)
            if (refutes(v)) witnessed.emplace_back(v.strategy->name);
    for (const Strategy& s : strategies())
        if (s.claim == Claim::refuted) {
            EXPECT_NE(std::ranges::find(witnessed, s.name), witnessed.end())
                << s.name << ": no trace of corpora/strategies refutes it";
        }
}

TEST(Draw, FitsAMailAndShowsOffsetsAndTheMiss) {
    const RunReport r =
        run_trace(model::load_trace(RMAPCHECK_SOURCE_DIR "/corpora/history/01-mremap-then-merge.trace"), {});
    const std::string picture = draw(r.session.machines.front().kernel, r.verdicts);
    std::size_t start = 0;
    for (std::size_t end; (end = picture.find('\n', start)) != picture.npos; start = end + 1)
        EXPECT_LE(end - start, 72u) << picture.substr(start, end - start);
    EXPECT_NE(picture.find("addr-shift misses"), std::string::npos);
    EXPECT_NE(picture.find("offset"), std::string::npos);
}

TEST(Json, StateHasTheFixedMembers) {
    const RunReport r =
        play_text(mapped + "1 store(0x10000, 0x1000, 0x42)\n1 load(0x11000, 0x1000)\n* swap_out(1, 0x10000)\n");
    const nlohmann::json j = report_json(model::read_trace(mapped, "t"), r, true);
    const auto& vma = j.at("state").at("processes").at(0).at("vmas").at(0);
    EXPECT_EQ(vma.at("start"), 0x10000);
    EXPECT_EQ(vma.at("end"), 0x13000);
    EXPECT_EQ(vma.at("prot"), "rw-p");
    EXPECT_EQ(vma.at("pgoff"), 0x10);
    EXPECT_EQ(vma.at("anon_vma"), 1);
    EXPECT_EQ(vma.at("pages").at(0).at("byte"), 0x42);
    EXPECT_EQ(vma.at("pages").at(0).at("swapped"), true);
    EXPECT_EQ(vma.at("pages").at(1).at("ksm"), false);
    EXPECT_EQ(j.at("state").at("ksm").at("pages_shared"), 0);
}

} // namespace
} // namespace checker
