// What is kept between runs is whole, or it is not there: also when a run is ended while it builds.
#include "checker/kernels/uml/cache.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <future>

#include <fmt/format.h>

#include "checker/kernels/uml/build.h"
#include "checker/kernels/uml/embedded.h"
#include "checker/support/interrupt.h"
#include "tests/tried.h"

namespace checker::kernels::uml {
namespace {
namespace fs = std::filesystem;

void quiet(const std::string&) {}

// A tree whose "kernel" is what its mm/ksm.c says, made in several steps, each of which writes half of a file first:
// what is killed in the middle leaves what make takes for done.
constexpr const char* makefile = R"(VERSION = 6
PATCHLEVEL = 12
SUBLEVEL = 7
slowly = head -c 7 $(1) > $(2); sleep 0.15; cat $(1) > $(2)
linux: mm/ksm.o
	$(call slowly,mm/ksm.o,linux)
mm/ksm.o: mm/ksm.i
	$(call slowly,mm/ksm.i,mm/ksm.o)
mm/ksm.i: mm/ksm.c
	$(call slowly,mm/ksm.c,mm/ksm.i)
allnoconfig:
	cp $(KCONFIG_ALLCONFIG) .config
)";

struct Room {
    std::string folder = (fs::temp_directory_path() / "rmapcheck-cache-XXXXXX").string();
    std::string tree, cache;
    Room() {
        EXPECT_NE(mkdtemp(folder.data()), nullptr);
        tree = folder + "/linux";
        cache = folder + "/cache";
        for (const char* d : {"mm", "arch/um"}) fs::create_directories(tree + "/" + d);
        write_whole(tree + "/Makefile", makefile);
        write_whole(tree + "/mm/ksm.c", "the source as it is\n");
    }
    ~Room() { fs::remove_all(folder); }
};

std::string text_of(int candidate) { return fmt::format("candidate {} and what makes it long enough\n", candidate); }

std::string kernel_of(const Room& room, int candidate) {
    own_cache(room.cache);
    Copy copy(open_tree(room.tree, room.cache, quiet), room.cache, quiet);
    copy.update(quiet);
    return read_whole(build_kernel(copy, {{"mm/ksm.c", text_of(candidate)}}, room.cache, 1, "it", quiet).kernel);
}

// A process that builds a candidate, as the gate does.
pid_t builder(const Room& room, int candidate) {
    const pid_t child = fork();
    if (child) return child;
    catch_interrupts();
    try {
        kernel_of(room, candidate);
    } catch (const std::exception&) {
    }
    _exit(0);
}

TEST(Cache, ARunThatIsEndedWhileItBuildsLeavesNothingWrong) {
    if (!missing_programs().empty()) GTEST_SKIP() << "a kernel cannot be built here without" << missing_programs();
    const Room room;
    const int signals[] = {SIGHUP, SIGTERM, SIGKILL, SIGINT};
    for (int moment = 0; moment < 20; ++moment) {
        const pid_t child = builder(room, moment);
        usleep(static_cast<useconds_t>(60000 + moment * 37000 % 600000));
        kill(child, signals[moment % 4]);
        waitpid(child, nullptr, 0);
        // The other candidate first: what is left of the first must not come out under its name.
        ASSERT_EQ(kernel_of(room, 100 + moment), text_of(100 + moment)) << "after moment " << moment;
        ASSERT_EQ(kernel_of(room, moment), text_of(moment)) << "after moment " << moment;
        tried("a build of a kernel ended by SIGHUP, SIGTERM, SIGKILL or SIGINT, and the next builds", moment + 1u);
    }
}

TEST(Cache, TwoRunsAtOnceGetWhatEachAskedFor) {
    if (!missing_programs().empty()) GTEST_SKIP() << "a kernel cannot be built here without" << missing_programs();
    const Room room;
    const pid_t other = builder(room, 1);
    EXPECT_EQ(kernel_of(room, 2), text_of(2));
    waitpid(other, nullptr, 0);
    EXPECT_EQ(kernel_of(room, 1), text_of(1));
    EXPECT_EQ(kernel_of(room, 2), text_of(2));
}

TEST(Cache, SaysThatItWaits) {
    const Room room;
    fs::create_directories(room.cache);
    const std::string path = room.cache + "/lock";
    const pid_t holder = fork();
    if (!holder) {
        const HeldByChildren held(path, quiet);
        usleep(400000);
        _exit(0);
    }
    while (!fs::exists(path) || read_whole(path).empty()) usleep(1000);
    std::string said;
    const HeldByChildren mine(path, [&](const std::string& line) { said = line; });
    EXPECT_THAT(said, testing::HasSubstr(fmt::format("process {}", holder)));
    waitpid(holder, nullptr, 0);
}

// A file of the cache that is not what its name says is made again.
TEST(Cache, WhatWasKeptIsCheckedWhenItIsUsed) {
    const Room room;
    write_whole(room.folder + "/new", "whole");
    const std::string kept = keep_as(room.folder + "/new", room.cache, "key");
    EXPECT_EQ(find_kept(room.cache, "key"), kept);
    EXPECT_EQ(find_kept(room.cache, "ke"), "");
    for (const char* wrong : {"", "who", "whale"}) {
        write_whole(keep_as(room.folder + "/new", room.cache, "key"), wrong);
        EXPECT_EQ(find_kept(room.cache, "key"), "") << wrong;
    }
}

TEST(Cache, KeepsWhatWasUsedLastThoughAnotherRunTakesAway) {
    const Room room;
    fs::create_directories(room.cache);
    const auto path_of = [&](int i) { return fmt::format("{}/{:03}.results", room.cache, i); };
    for (int i = 0; i < 400; ++i) write_whole(path_of(i), "");
    write_whole(room.cache + "/new.results.1.part", "");
    write_whole(room.cache + "/old.log", "");
    auto other = std::async(std::launch::async, [&] {
        for (int i = 0; i < 200; ++i) fs::remove(path_of(i));
    });
    EXPECT_NO_THROW(keep_newest(room.cache, ".results", 100));
    other.get();
    for (int i = 398; i < 400; ++i) note_use(path_of(i));
    EXPECT_FALSE(keep_newest(room.cache, ".results", 2).empty());
    std::set<std::string> left;
    for (const auto& f : fs::directory_iterator(room.cache)) left.insert(f.path().filename());
    EXPECT_EQ(left, (std::set<std::string>{"398.results", "399.results", "new.results.1.part", "old.log"}));
    EXPECT_NO_THROW(note_use(path_of(0)));
}

TEST(Cache, IsOursAlone) {
    const Room room;
    own_cache(room.cache);
    EXPECT_EQ(fs::status(room.cache).permissions() & fs::perms::all, fs::perms::owner_all);
    fs::permissions(room.cache, fs::perms::all);
    EXPECT_THROW(own_cache(room.cache), model::BadInput);
    write_whole(room.folder + "/file", "");
    EXPECT_THROW(own_cache(room.folder + "/file"), model::BadInput);
    if (geteuid() != 0) return;
    fs::permissions(room.cache, fs::perms::owner_all);
    ASSERT_EQ(chown(room.cache.c_str(), 65534, 65534), 0);
    EXPECT_THROW(own_cache(room.cache), model::BadInput);
}

TEST(Cache, WhatKilledRunsLeftGoes) {
    const Room room;
    pid_t gone = fork();
    if (!gone) _exit(0);
    waitpid(gone, nullptr, 0);
    own_cache(room.cache);
    const std::string mine = fmt::format("{}/source-0.{}.part", room.cache, getpid());
    const std::string theirs[] = {
        fmt::format("{}/source-0.{}.part", room.cache, gone), fmt::format("{}/source-0.{}.part.log", room.cache, gone),
        fmt::format("{}/copy-0/guest-{}-3", room.cache, gone), fmt::format("{}/copy-0/scratch-{}", room.cache, gone)};
    for (const std::string& path : theirs) fs::create_directories(path);
    fs::create_directories(mine);
    fs::create_directories(room.cache + "/copy-0/tree");
    own_cache(room.cache);
    for (const std::string& path : theirs) EXPECT_FALSE(fs::exists(path)) << path;
    EXPECT_TRUE(fs::exists(mine));
    EXPECT_TRUE(fs::exists(room.cache + "/copy-0/tree"));
}

// What a program starts, and what that starts in a session of its own, is gone with the program, and with us.
TEST(Run, LeavesNoProcessBehind) {
    const Room room;
    const std::string file = room.folder + "/grows";
    const std::string script = "setsid sh -c 'while :; do echo x >> " + file + "; sleep 0.02; done' & ";
    const auto still = [&] {
        usleep(50000);
        const auto before = fs::exists(file) ? fs::file_size(file) : 0;
        usleep(150000);
        return (fs::exists(file) ? fs::file_size(file) : 0) != before;
    };
    EXPECT_TRUE(run({{"sh", "-c", script + "sleep 0.2"}, "", {}, "", 0, false, {}}).good());
    EXPECT_TRUE(fs::exists(file));
    EXPECT_FALSE(still()) << "after the program";
    EXPECT_EQ(run({{"sh", "-c", script + "sleep 60"}, "", {}, "", 0.3, false, {}}).ending, Ending::timed_out);
    EXPECT_FALSE(still()) << "after its time";
    const pid_t child = fork();
    if (!child) {
        run({{"sh", "-c", script + "sleep 60"}, "", {}, "", 0, false, {}});
        _exit(0);
    }
    usleep(300000);
    EXPECT_TRUE(still());
    kill(child, SIGKILL);
    waitpid(child, nullptr, 0);
    EXPECT_FALSE(still()) << "after we were killed";
}

} // namespace
} // namespace checker::kernels::uml
