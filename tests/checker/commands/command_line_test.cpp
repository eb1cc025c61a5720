// The outside of the program, as scripts see it: exit codes, and what goes to which stream.
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <array>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <string>

#include "model/trace/trace.h"

namespace {

struct Outcome {
    int code = -1;
    std::string out;
};

// Runs the program through the shell; both streams, unless one is redirected.
Outcome run(const std::string& arguments) {
    const std::string command =
        std::string("cd '") + RMAPCHECK_SOURCE_DIR + "' && '" + RMAPCHECK_BINARY + "' " + arguments;
    FILE* pipe = popen(command.c_str(), "r");
    Outcome o;
    std::array<char, 4096> buffer;
    while (std::size_t n = fread(buffer.data(), 1, buffer.size(), pipe)) o.out.append(buffer.data(), n);
    const int status = pclose(pipe);
    if (WIFEXITED(status)) o.code = WEXITSTATUS(status);
    return o;
}

std::string last_line(std::string text) {
    while (!text.empty() && text.back() == '\n') text.pop_back();
    return text.substr(text.rfind('\n') + 1);
}

const std::string hugh = "corpora/history/01-mremap-then-merge.trace";

TEST(CommandLine, RunWithoutACandidateReportsAndExits0) { EXPECT_EQ(run("run " + hugh).code, 0); }

TEST(CommandLine, RunOfARefutedCandidateExits1AndEndsWithTheCommandThatShowsIt) {
    const Outcome o = run("run --strategy addr-shift " + hugh);
    EXPECT_EQ(o.code, 1);
    EXPECT_EQ(last_line(o.out), "rmapcheck run --strategy addr-shift " + hugh);
    EXPECT_NE(o.out.find("misses 1:0x12000"), std::string::npos);
}

TEST(CommandLine, WrongArgumentsAreOneLineAndExit2) {
    for (const char* wrong :
         {"run --strategy no-such-walk x.trace 2>&1", "run 2>&1", "frobnicate 2>&1", "run --colour x 2>&1",
          "run --seed 1 x.trace 2>&1", "check --runs many 2>&1", "check --runs -1 2>&1", "check --seconds -1 2>&1",
          "check --length 0 2>&1", "run --kernel-version 2.4 x.trace 2>&1", "replay --level x 2>&1",
          "gate --corpora /no/such/folder 2>&1", "gate --tier luck 2>&1", "gate --budget luck=3 2>&1",
          "gate --budget 0 2>&1", "run no-such.trace 2>&1", "import no-such.log 2>&1"}) {
        const Outcome o = run(wrong);
        EXPECT_EQ(o.code, 2) << wrong;
        EXPECT_EQ(std::count(o.out.begin(), o.out.end(), '\n'), 1) << wrong << ": " << o.out;
    }
}

TEST(CommandLine, AnOptionTakesOneValueAndNotWhatFollows) {
    EXPECT_EQ(run("run --strategy addr-shift " + hugh + " --quiet").code, 1);
    EXPECT_EQ(run("run --strategy two-pass " + hugh + " --kernel-version 6.12").code, 0);
    EXPECT_EQ(run("walks --strategy naive --strategy two-pass --json").code, 0);
    EXPECT_EQ(run("walks --strategy naive two-pass 2>/dev/null").code, 2);
    EXPECT_EQ(run("check --runs 1 --seed 1 --ops mmap,store --without brk --strategy two-pass --quiet").code, 0);
    EXPECT_EQ(run("check --runs 1 --ops mmap store 2>/dev/null").code, 2);
}

TEST(CommandLine, WithoutAVerbHelpIsPrintedAndNothingIsCalledAgreement) {
    const Outcome o = run("2>/dev/null");
    EXPECT_EQ(o.code, 2);
    EXPECT_EQ(o.out, run("--help").out);
    EXPECT_EQ(run("--help").code, 0);
}

TEST(CommandLine, TheVersionIsOneLine) {
    const Outcome o = run("--version");
    EXPECT_EQ(o.code, 0);
    EXPECT_EQ(o.out.rfind("rmapcheck 1.", 0), 0u) << o.out;
    EXPECT_EQ(std::count(o.out.begin(), o.out.end(), '\n'), 1);
}

TEST(CommandLine, MalformedTracesExit2AndNothingIsRun) {
    const Outcome o = run("run " + hugh + " corpora/malformed/unknown-call.trace 2>/dev/null");
    EXPECT_EQ(o.code, 2);
    EXPECT_TRUE(o.out.empty());
}

TEST(CommandLine, JsonIsOneDocumentAndNothingElse) {
    for (const std::string& arguments :
         {"run --json --state " + hugh, "run --json " + hugh + " " + hugh,
          std::string("gate --json --tier corpus --tier random --budget 1 --corpora corpora/history"),
          std::string("walks --json")}) {
        const Outcome o = run(arguments + " 2>/dev/null");
        EXPECT_TRUE(nlohmann::json::accept(o.out)) << arguments;
    }
    const auto document = nlohmann::json::parse(run("run --json --strategy addr-shift " + hugh).out);
    const auto& v = document.at("verdicts").at(0);
    EXPECT_EQ(v.at("strategy"), "addr-shift");
    EXPECT_EQ(v.at("missed").at(0).at("address"), 0x12000);
    EXPECT_EQ(v.at("regressed"), v.at("missed"));
    EXPECT_EQ(v.at("lifetime"), "stays");
}

TEST(CommandLine, GateOfARefutedCandidateExits1) {
    const Outcome o = run("gate --tier corpus --strategy addr-shift --corpora corpora/history");
    EXPECT_EQ(o.code, 1);
    EXPECT_EQ(last_line(o.out).rfind("rmapcheck run --strategy addr-shift ", 0), 0u) << last_line(o.out);
    EXPECT_EQ(run("gate --tier corpus --strategy two-pass --corpora corpora/history").code, 0);
}

TEST(CommandLine, GateWithoutTracesCannotTell) {
    EXPECT_EQ(run("gate --tier corpus --strategy two-pass --corpora docs 2>/dev/null").code, 125);
}

// Each tier finds by itself what is wrong with a walk, and nothing against two-pass.
TEST(CommandLine, EveryTierOfTheGateRefutes) {
    const std::pair<std::string, std::string> tiers[] = {
        {"corpus --strategy linear-index", "rmapcheck run --strategy linear-index "},
        {"random --strategy linear-index --budget 10", "rmapcheck check --seed 1 --runs "},
        {"explore --strategy addr-shift --budget 300", "rmapcheck explore --strategy addr-shift"},
        {"proof --strategy linear-index", "rmapcheck prove --strategy linear-index"}};
    for (const auto& [tier, command] : tiers) {
        const Outcome o = run("gate --seed 1 --kernel-version 7.3 --tier " + tier);
        EXPECT_EQ(o.code, 1) << tier;
        EXPECT_EQ(last_line(o.out).rfind(command, 0), 0u) << last_line(o.out);
    }
    const Outcome o =
        run("gate --seed 1 --kernel-version 7.3 --strategy two-pass --tier corpus --tier random --tier proof --budget "
            "random=3");
    EXPECT_EQ(o.code, 0) << o.out;
}

TEST(CommandLine, ATierThatDoesNotCatchWhatIsKnownToBeWrongCannotTell) {
    const Outcome o = run("gate --tier explore --budget 0.01 2>&1");
    EXPECT_EQ(o.code, 125);
    EXPECT_NE(o.out.find("could not tell: "), std::string::npos);
}

TEST(CommandLine, WalksListsTheCatalogue) {
    const Outcome o = run("walks");
    EXPECT_EQ(o.code, 0);
    for (const char* name :
         {"naive", "addr-shift", "two-pass", "remap-bit", "vm-pgoff", "linear-index", "linear-index-union", "orig-vma"})
        EXPECT_NE(o.out.find(name), std::string::npos) << name;
}

} // namespace
