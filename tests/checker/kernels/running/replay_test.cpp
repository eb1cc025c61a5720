// On the kernel that the tests happen to run on, with the rights that they happen to have.
#include "checker/kernels/running/tier.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "checker/kernels/agent/embedded.h"

namespace checker::kernels {
namespace {

model::Trace trace_of(const std::string& lines) {
    return model::read_trace(std::string(model::trace_header) + "\n" + lines, "test");
}

// The rules that the model knows are those of two kernels; on others a difference says nothing about this program.
#define ON_A_KNOWN_KERNEL(lab)                                                                \
    do {                                                                                      \
        if (agent_file().empty()) GTEST_SKIP() << "the agent was not built for this machine"; \
        if (!(lab).remarks.empty()) GTEST_SKIP() << (lab).remarks.front();                    \
    } while (false)

constexpr const char* moves =
    R"(1 mmap(0x10000, 0x3000, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0)
1 store(0x10000, 0x3000, 0x5)
1 mremap(0x11000, 0x1000, 0x1000, MREMAP_MAYMOVE|MREMAP_FIXED, 0x20000)
1 fork() = 2
2 mprotect(0x10000, 0x1000, PROT_READ)
2 store(0x10000, 0x1000, 0x6)
2 munmap(0x20000, 0x1000)
1 load(0x30000, 0x1000)
2 exit()
)";

constexpr const char* merges =
    R"(1 mmap(0x10000, 0x3000, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0)
1 madvise(0x10000, 0x3000, MADV_MERGEABLE)
1 store(0x10000, 0x2000, 0x77)
* ksmd(4)
1 mremap(0x11000, 0x1000, 0x1000, MREMAP_MAYMOVE|MREMAP_FIXED, 0x12000)
* ksmd(4)
* walk(1, 0x12000)
)";

TEST(Replay, AgreesAtEveryLevel) {
    for (const Level level : {Level::maps, Level::frames, Level::kernel}) {
        Lab lab = open_lab({level, false, {}, {}});
        ON_A_KNOWN_KERNEL(lab);
        const ReplayReport r = replay(lab, trace_of(moves), {});
        if (r.status == ReplayReport::Status::skipped) GTEST_SKIP() << r.reason;
        EXPECT_EQ(r.status, ReplayReport::Status::agree) << (r.differences.empty() ? "" : r.differences[0]);
        EXPECT_EQ(r.steps, 9u);
    }
}

TEST(Replay, ScansAsOftenAsTold) {
    Lab lab = open_lab({});
    ON_A_KNOWN_KERNEL(lab);
    if (!lab.ksm) GTEST_SKIP() << lab.why_no_ksm;
    lab.ksm->reset({});
    const std::uint64_t before = lab.ksm->get("full_scans");
    EXPECT_TRUE(lab.ksm->scan(7));
    EXPECT_EQ(lab.ksm->get("full_scans"), before + 7);
    const ReplayReport r = replay(lab, trace_of(merges), {});
    if (r.status == ReplayReport::Status::skipped) GTEST_SKIP() << r.reason;
    EXPECT_EQ(r.status, ReplayReport::Status::agree) << (r.differences.empty() ? "" : r.differences[0]);
    if (lab.eyes.level == Level::kernel) {
        EXPECT_GT(r.walks, 0u);
    }
}

// Whatever the trace says of it, what grows stays where it is if it can; and a hint that is none stays an error.
TEST(Replay, DoesNotMoveWhatCanGrowInPlace) {
    Lab lab = open_lab({});
    ON_A_KNOWN_KERNEL(lab);
    const ReplayReport r = replay(
        lab, trace_of(R"(1 mmap(0x10000, 0x1000, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0)
1 store(0x10000, 0x1000, 0x5)
1 mremap(0x10000, 0x1000, 0x2000, MREMAP_MAYMOVE) = 0x30000
1 mmap(0x12000, 0x1000, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0)
1 mremap(0x10000, 0x2000, 0x3000, MREMAP_MAYMOVE) = 0x30000
1 mremap(0x30000, 0x3000, 0x3000, MREMAP_MAYMOVE|MREMAP_DONTUNMAP, 0x123) = 0x50000
)"),
        {});
    if (r.status == ReplayReport::Status::skipped) GTEST_SKIP() << r.reason;
    EXPECT_EQ(r.status, ReplayReport::Status::agree) << (r.differences.empty() ? "" : r.differences[0]);
    EXPECT_EQ(r.steps, 6u);
}

// The other version's rules must be told apart by a trace that they decide.
TEST(Replay, SeesWrongRules) {
    Lab lab = open_lab({});
    ON_A_KNOWN_KERNEL(lab);
    lab.rules.faulted_joins_unfaulted = !lab.rules.faulted_joins_unfaulted;
    const ReplayReport r = replay(
        lab, trace_of(R"(1 mmap(0x11000, 0x1000, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0)
1 store(0x11000, 0x1000, 0x1)
1 mremap(0x11000, 0x1000, 0x1000, MREMAP_MAYMOVE|MREMAP_FIXED, 0x30000)
1 mmap(0x10000, 0x1000, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0)
1 mremap(0x30000, 0x1000, 0x1000, MREMAP_MAYMOVE|MREMAP_FIXED, 0x11000)
)"),
        {});
    if (r.status == ReplayReport::Status::skipped) GTEST_SKIP() << r.reason;
    EXPECT_EQ(r.status, ReplayReport::Status::differ);
    EXPECT_EQ(r.at, 4u);
}

TEST(Replay, ProcessesThatAreGoneCountNoMore) {
    LabOptions how;
    how.level = Level::maps;
    Lab lab = open_lab(how);
    ON_A_KNOWN_KERNEL(lab);
    std::string many = "1 mmap(0x10000, 0x1000, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0)\n";
    for (int pid = 2; pid < 102; ++pid) {
        const std::string p = std::to_string(pid);
        many += "1 fork() = " + p + "\n" + p + " munmap(0x10000, 0x1000)\n" + p + " exit()\n";
    }
    const ReplayReport r = replay(lab, trace_of(many), {});
    EXPECT_EQ(r.status, ReplayReport::Status::agree) << r.reason;
    EXPECT_EQ(needs_of(trace_of(many).steps).processes, 2u);
    std::string at_a_time;
    for (int pid = 2; pid < 102; ++pid) at_a_time += "1 fork() = " + std::to_string(pid) + "\n";
    EXPECT_EQ(replay(lab, trace_of(at_a_time), {}).reason, "more than 64 processes");
}

TEST(Replay, SaysWhatCannotBePlayed) {
    Lab lab = open_lab({Level::maps, false, {}, {}});
    if (agent_file().empty()) GTEST_SKIP() << "the agent was not built for this machine";
    const ReplayReport r = replay(
        lab, trace_of("1 mmap(0x7d0000000000, 0x1000, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0)\n"), {});
    EXPECT_EQ(r.status, ReplayReport::Status::skipped);
    EXPECT_NE(r.reason.find("helper's own memory"), std::string::npos) << r.reason;
}

// A folder with traces of its own: one that agrees with every kernel, one that cannot be played on any.
class TierOf {
  public:
    TierOf() {
        std::filesystem::create_directories(folder_);
        write("plays.trace", moves);
        write("skipped.trace",
              "1 mmap(0x7d0000000000, 0x1000, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0)\n");
    }
    ~TierOf() { std::filesystem::remove_all(folder_); }
    LiveRun run(const LiveOptions& options) {
        return run_live(folder_, options, [](std::size_t, std::size_t, const std::string&) {});
    }

  private:
    void write(const char* name, const char* lines) {
        std::ofstream(folder_ / name) << model::trace_header << "\n" << lines;
    }
    std::filesystem::path folder_ =
        std::filesystem::path(testing::TempDir()) / ("rmapcheck-tier-" + std::to_string(getpid()));
};

TEST(Tier, CountsWhatAgreesAndWhy) {
    if (agent_file().empty()) GTEST_SKIP() << "the agent was not built for this machine";
    const LiveRun tier = TierOf().run({{Level::maps, false, {}, {}}, 60});
    if (!tier.remarks.empty()) GTEST_SKIP() << tier.remarks.front();
    if (!tier.agree) GTEST_SKIP() << tier.could_not_run;
    EXPECT_EQ(tier.found, 2u);
    EXPECT_EQ(tier.agree, 1u);
    EXPECT_EQ(tier.differ, 0u);
    EXPECT_EQ(tier.skipped, 1u);
    EXPECT_EQ(tier.operations, 9u);
    ASSERT_EQ(tier.reasons.size(), 1u);
    EXPECT_NE(tier.reasons.begin()->first.find("helper's own memory"), std::string::npos)
        << tier.reasons.begin()->first;
    EXPECT_TRUE(tier.could_not_run.empty());
    EXPECT_FALSE(tier.cut_short);
}

TEST(Tier, SaysSoWhenItHadNoTime) {
    const LiveRun tier = TierOf().run({{Level::maps, false, {}, {}}, 0});
    EXPECT_TRUE(tier.cut_short);
    EXPECT_EQ(tier.skipped, 2u);
    EXPECT_EQ(tier.could_not_run, "0 seconds were up");
}

std::string settings_of_ksm() {
    std::string all;
    for (const char* name :
         {"run", "sleep_millisecs", "pages_to_scan", "smart_scan", "max_page_sharing", "use_zero_pages"}) {
        std::string line;
        std::ifstream in(std::string("/sys/kernel/mm/ksm/") + name);
        std::getline(in, line);
        all += line + " ";
    }
    return all;
}

TEST(Replay, PutsTheSettingsBackAfterASignal) {
    if (const Lab lab = open_lab({}); !lab.ksm) GTEST_SKIP() << lab.why_no_ksm;
    const std::string before = settings_of_ksm();
    EXPECT_EXIT(
        {
            Lab lab = open_lab({});
            if (!lab.ksm) std::_Exit(77);
            lab.ksm->reset({});
            if (settings_of_ksm() == before) std::_Exit(78);
            std::raise(SIGTERM);
        },
        [](int status) {
            return (WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM) ||
                   (WIFEXITED(status) && WEXITSTATUS(status) == 77);
        },
        "");
    EXPECT_EQ(settings_of_ksm(), before);
}

} // namespace
} // namespace checker::kernels
