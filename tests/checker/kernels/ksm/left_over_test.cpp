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
#include <thread>

#include "checker/kernels/ksm/settings.h"

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

pid_t start_replay() {
    const pid_t child = fork();
    if (child == 0) {
        freopen("/dev/null", "w", stdout);
        freopen("/dev/null", "w", stderr);
        execl(RMAPCHECK_BINARY, RMAPCHECK_BINARY, "replay", "--random", "--seconds", "60", nullptr);
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
