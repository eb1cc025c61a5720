// A replay that is killed leaves KSM as it had set it; the next one puts that back. On the kernel that runs the tests.
#include "checker/kernels/ksm/left_over.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>
#include <thread>

#include "checker/kernels/ksm/damon.h"
#include "checker/kernels/ksm/settings.h"
#include "checker/kernels/ksm/swap_control.h"
#include "tests/tried.h"

namespace checker::kernels {
namespace {

constexpr const char* record = "/run/rmapcheck.ksm";

std::vector<std::string> settings_now() {
    std::vector<std::string> all;
    for (const char* name : ksm_setting_names) {
        std::ifstream in(std::string(ksm_folder) + name);
        std::getline(in, all.emplace_back());
    }
    return all;
}

// Of random sequences; with somewhere to swap to if a path is named.
pid_t start_replay(const std::string& swap = {}) {
    const pid_t child = fork();
    if (child == 0) {
        freopen("/dev/null", "w", stdout);
        freopen("/dev/null", "w", stderr);
        execl(RMAPCHECK_BINARY, RMAPCHECK_BINARY, "replay", "--random", "--seconds", "60",
              swap.empty() ? nullptr : "--swap", swap.c_str(), nullptr);
        _exit(127);
    }
    return child;
}

// Until the child has changed the settings, or does not.
bool wait_for_change(const std::vector<std::string>& before) {
    for (int tries = 0; tries < 500; ++tries) {
        if (std::filesystem::exists(record) && settings_now() != before) return true;
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    return false;
}

std::string output_of(const std::string& command) {
    std::string text;
    FILE* in = popen(command.c_str(), "r");
    std::array<char, 4096> part;
    while (in && fgets(part.data(), part.size(), in)) text += part.data();
    if (in) pclose(in);
    return text;
}

std::string tiny_trace() {
    const std::string path = testing::TempDir() + "left-over.trace";
    std::ofstream(path) << "# rmapcheck trace 1\n1 prctl(PR_SET_MEMORY_MERGE, 1, 0, 0, 0)\n";
    return path;
}

class ReplayKilled : public testing::Test {
  protected:
    void SetUp() override {
        if (geteuid() != 0) GTEST_SKIP() << "KSM's settings are root's";
        if (settings_now().back() != "0") GTEST_SKIP() << "KSM is in use";
        before_ = settings_now();
    }
    std::vector<std::string> before_;
};

TEST_F(ReplayKilled, TheNextOnePutsBackWhatItLeft) {
    const pid_t child = start_replay();
    const bool changed = wait_for_change(before_);
    kill(child, SIGKILL);
    waitpid(child, nullptr, 0);
    if (!changed) GTEST_SKIP() << "KSM cannot be borrowed here";
    EXPECT_NE(settings_now(), before_);
    EXPECT_EQ(std::filesystem::status(record).permissions(), std::filesystem::perms(0600));
    const std::string command = RMAPCHECK_BINARY " replay " + tiny_trace();
    const std::string said = output_of(command);
    EXPECT_EQ(said.rfind("rmapcheck, process " + std::to_string(child) + ", was killed and had left the settings", 0),
              0u)
        << said;
    EXPECT_EQ(settings_now(), before_);
    EXPECT_FALSE(std::filesystem::exists(record));
    EXPECT_EQ(output_of(command).find("was killed"), std::string::npos) << "said once";
}

TEST_F(ReplayKilled, WhatCanBeCaughtLeavesNothing) {
    for (const int signal : {SIGHUP, SIGINT, SIGTERM}) {
        const pid_t child = start_replay();
        const bool changed = wait_for_change(before_);
        kill(child, signal);
        waitpid(child, nullptr, 0);
        if (!changed) GTEST_SKIP() << "KSM cannot be borrowed here";
        EXPECT_EQ(settings_now(), before_) << "after signal " << signal;
        EXPECT_FALSE(std::filesystem::exists(record));
    }
}

std::string content_of(const std::string& path) {
    std::ostringstream text;
    text << std::ifstream(path).rdbuf();
    return text.str();
}

// What a replay must leave as it was: settings, swap, processes, files.
std::string machine_now() {
    std::string all;
    for (const std::string& s : settings_now()) all += s + " ";
    all += content_of("/proc/sys/vm/page-cluster");
    std::istringstream swaps(content_of("/proc/swaps"));
    for (std::string line; std::getline(swaps, line);) all += line.substr(0, line.find_first_of(" \t")) + "\n";
    all += content_of("/sys/kernel/mm/damon/admin/kdamonds/nr_kdamonds");
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator("/proc", error)) {
        std::string name = content_of(entry.path() / "comm");
        if (name.starts_with("rmapcheck-agent")) all += "an agent lives: " + entry.path().string() + "\n";
    }
    for (const auto& entry : std::filesystem::directory_iterator("/run", error))
        if (entry.path().filename().string().starts_with("rmapcheck.")) all += entry.path().string() + "\n";
    return all;
}

TEST_F(ReplayKilled, TheNextOnePutsBackTheSwap) {
    const std::string file = testing::TempDir() + "left-over.swap", machine = machine_now();
    std::filesystem::remove(file);
    const pid_t child = start_replay(file);
    bool on = false;
    for (int tries = 0; tries < 500 && !on; ++tries) {
        on = content_of("/proc/swaps").find(file) != std::string::npos;
        if (!on) std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    kill(child, SIGKILL);
    waitpid(child, nullptr, 0);
    if (!on) GTEST_SKIP() << "no swap file can be used here";
    EXPECT_EQ(content_of("/proc/sys/vm/page-cluster"), "0\n");
    EXPECT_TRUE(std::filesystem::exists(file));
    const std::string said = output_of(RMAPCHECK_BINARY " replay " + tiny_trace());
    EXPECT_NE(said.find("and had left"), std::string::npos) << said;
    EXPECT_NE(said.find("swap"), std::string::npos) << said;
    EXPECT_FALSE(std::filesystem::exists(file));
    EXPECT_EQ(machine_now(), machine);
}

TEST_F(ReplayKilled, WhoComesSecondDoesNotSwap) {
    const std::string file = testing::TempDir() + "first.swap", other = testing::TempDir() + "second.swap";
    const std::string machine = machine_now();
    auto first = SwapControl::acquire(file);
    if (!first) GTEST_SKIP() << first.error().reason;
    const std::string said = output_of(RMAPCHECK_BINARY " replay --swap " + other + " " + tiny_trace());
    EXPECT_NE(said.find("no swap (another rmapcheck uses swap)"), std::string::npos) << said;
    EXPECT_FALSE(std::filesystem::exists(other));
    EXPECT_EQ(content_of("/proc/sys/vm/page-cluster"), "0\n");
    first = unavailable("given back");
    EXPECT_EQ(machine_now(), machine);
}

// A process that was killed while DAMON reclaimed for it.
TEST_F(ReplayKilled, DamonIsTurnedOffIfItStillDoesWhatItWasTold) {
    const std::string folder = "/sys/kernel/mm/damon/admin/kdamonds/";
    if (content_of(folder + "nr_kdamonds") != "0\n") GTEST_SKIP() << "no DAMON, or it is in use";
    const std::string machine = machine_now();
    const pid_t child = fork();
    if (child == 0) {
        for (;;) (void)damon_page_out(0, [] { return false; }); // a frame of no use to anybody
    }
    bool on = false;
    for (int tries = 0; tries < 500 && !on; ++tries) {
        std::this_thread::sleep_for(std::chrono::milliseconds(2));
        on = content_of(folder + "0/state") == "on\n";
    }
    kill(child, SIGKILL);
    waitpid(child, nullptr, 0);
    if (!on || content_of(folder + "nr_kdamonds") != "1\n")
        GTEST_SKIP() << "DAMON does not know physical addresses here";
    const std::optional<std::string> said = put_back_left_overs();
    ASSERT_TRUE(said);
    EXPECT_NE(said->find("had left DAMON changed"), std::string::npos) << *said;
    EXPECT_EQ(machine_now(), machine);
}

// By any of the signals that can be caught, at any moment, the machine is left as it was found.
TEST(Replay, AHundredInterruptionsLeaveNothing) {
    if (geteuid() != 0) GTEST_SKIP() << "KSM's settings are root's";
    const std::string machine = machine_now(), file = testing::TempDir() + "interrupted.swap";
    std::mt19937 random(1);
    int reached = 0;
    for (int n = 0; n < 100; ++n) {
        const pid_t child = start_replay(n % 2 ? file : "");
        std::this_thread::sleep_for(std::chrono::milliseconds(random() % 250));
        reached += std::filesystem::exists(record) || std::filesystem::exists(file);
        kill(child, std::array{SIGINT, SIGTERM, SIGHUP}[random() % 3]);
        waitpid(child, nullptr, 0);
        ASSERT_EQ(machine_now(), machine) << "after interruption " << n;
        ASSERT_FALSE(std::filesystem::exists(file)) << n;
        tried("a replay ended by SIGINT, SIGTERM or SIGHUP at a random moment", n + 1u);
    }
    if (settings_now().back() == "0") EXPECT_GT(reached, 10) << "most came too early to say anything";
}

// Of a record only what this program sets is written, and only where root alone could have written it.
TEST_F(ReplayKilled, ARecordOfSomebodyElseIsNotBelieved) {
    if (std::filesystem::exists(record)) GTEST_SKIP() << "there is one";
    std::ofstream(record) << "rmapcheck 1 999999999 1\n" << ksm_folder << "pages_to_scan 77\n";
    std::filesystem::permissions(record, std::filesystem::perms(0666));
    EXPECT_FALSE(put_back_left_overs());
    EXPECT_EQ(settings_now(), before_);
    std::filesystem::permissions(record, std::filesystem::perms(0600));
    const std::string target = testing::TempDir() + "not-a-setting";
    std::ofstream(target) << "mine";
    std::ofstream(record) << "rmapcheck 1 999999999 1\n" << target << " 77\n";
    EXPECT_TRUE(put_back_left_overs());
    std::string content;
    std::ifstream(target) >> content;
    EXPECT_EQ(content, "mine");
}

} // namespace
} // namespace checker::kernels
