// What bounds of memory, disk and time do to a search.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "checker/search/scope/search.h"
#include "tests/checker/search/scope/small.h"

namespace checker {
namespace {

TEST(Explore, KeepsItsMemoryBoundAndSaysWhatItCovered) {
    ExploreLimits limits;
    limits.memory = 1 << 20;
    const ExploreReport r = explored(small(6, 3), limits);
    EXPECT_EQ(r.end, End::out_of_memory);
    EXPECT_LE(r.bytes, limits.memory);
    ASSERT_GE(r.complete, 3u);
    EXPECT_EQ(in_scope(r, find_strategy("two-pass")), InScope::cannot_tell);
    EXPECT_THAT(statement(r, find_strategy("two-pass")), testing::StartsWith("could not tell"));
    const ExploreReport whole = explored(small(r.complete, 3)); // what it says it covered is what there is
    EXPECT_TRUE(std::equal(whole.states_at.begin(), whole.states_at.end(), r.states_at.begin()));
}

TEST(Explore, AFrontierThatDoesNotFitGoesToDisk) {
    const ExploreReport in_memory = explored(small(5, 3));
    ExploreLimits limits;
    limits.frontier_memory = 10000; // the states at depth 4 take more
    const ExploreReport on_disk = explored(small(5, 3), limits);
    EXPECT_EQ(in_memory.bytes_on_disk, 0u);
    EXPECT_LT(on_disk.bytes, in_memory.bytes);
    EXPECT_EQ(on_disk.bytes_on_disk, on_disk.states_at[4] * 8);
    EXPECT_EQ(in_memory.states_at, on_disk.states_at);
    EXPECT_EQ(in_memory.transitions_at, on_disk.transitions_at);
}

TEST(Explore, NoRoomOnDiskIsNoVerdict) {
    setenv("TMPDIR", "/no/such/folder", 1);
    ExploreLimits limits;
    limits.frontier_memory = 10000;
    const ExploreReport r = explored(small(5, 3), limits);
    unsetenv("TMPDIR");
    EXPECT_EQ(r.end, End::out_of_memory);
    EXPECT_EQ(r.complete, 4u);
    EXPECT_EQ(in_scope(r, find_strategy("two-pass")), InScope::cannot_tell);
    EXPECT_THAT(statement(r, find_strategy("two-pass")), testing::HasSubstr("no temporary file for the frontier"));
}

TEST(Explore, TheFrontiersFilesHaveNoName) { // so they are gone however the program ends
    const std::filesystem::path folder = std::filesystem::temp_directory_path() / "rmapcheck-explore-test";
    std::filesystem::create_directories(folder);
    setenv("TMPDIR", folder.c_str(), 1);
    scope::WordArray words(1000, true);
    unsetenv("TMPDIR");
    EXPECT_TRUE(words.on_disk());
    EXPECT_EQ(words.bytes_in_memory(), 0u);
    for (std::uint64_t& w : words.all()) w = 7;
    EXPECT_TRUE(std::filesystem::is_empty(folder));
    std::filesystem::remove_all(folder);
}

// VmHWM, in bytes; 0 when the process has no memory any more.
std::uint64_t high_water_of(pid_t pid) {
    std::ifstream in("/proc/" + std::to_string(pid) + "/status");
    for (std::string word; in >> word;)
        if (word == "VmHWM:") return in >> word ? std::stoull(word) * 1024 : 0;
    return 0;
}

// The most memory that the program has used, in bytes. What wait4() says counts the test's own, before exec.
std::uint64_t peak_of(std::vector<std::string> arguments, int& status) {
    std::vector<char*> argv;
    for (std::string& a : arguments) argv.push_back(a.data());
    argv.push_back(nullptr);
    int starts[2];
    if (pipe2(starts, O_CLOEXEC) != 0) return 0;
    const pid_t pid = fork();
    if (!pid) {
        const int null = open("/dev/null", O_WRONLY);
        dup2(null, STDOUT_FILENO);
        execv(RMAPCHECK_BINARY, argv.data());
        _exit(127);
    }
    close(starts[1]);
    char nothing;
    while (read(starts[0], &nothing, 1) > 0) {
    } // until exec closes the other end
    close(starts[0]);
    std::uint64_t peak = 0;
    for (; waitpid(pid, &status, WNOHANG) == 0; usleep(200)) peak = std::max(peak, high_water_of(pid));
    return peak;
}

// A suite of its own, which has a process of its own: a child's peak is never below what its parent had used.
TEST(ExploreAsAProgram, KeepsItsMemoryBoundAndExits125) {
    int status = 0;
    const std::uint64_t without = peak_of({"rmapcheck", "explore", "--depth", "1"}, status);
    ASSERT_EQ(WEXITSTATUS(status), 0);
    const std::uint64_t with =
        peak_of({"rmapcheck", "explore", "--strategy", "two-pass", "--depth", "9", "--memory", "16M"}, status);
    EXPECT_EQ(WEXITSTATUS(status), 125);
    EXPECT_GT(with - without, std::uint64_t{8} << 20); // it was used
#if !defined(__SANITIZE_ADDRESS__)
    EXPECT_LT(with - without, (std::uint64_t{16} << 20) + (std::uint64_t{1} << 20)); // and what the threads work with
#endif
}

TEST(Explore, StopsWhenTimeIsUp) {
    ExploreLimits limits;
    limits.seconds = 1e-6;
    const ExploreReport r = explored(small(7, 4), limits);
    EXPECT_EQ(r.end, End::out_of_time);
    EXPECT_LT(r.complete, 7u);
    EXPECT_EQ(in_scope(r, find_strategy("two-pass")), InScope::cannot_tell);
}

} // namespace
} // namespace checker
