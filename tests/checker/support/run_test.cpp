#include "checker/support/run.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "checker/support/confine.h"

namespace checker {
namespace {
namespace fs = std::filesystem;

struct Folder {
    std::string path = (fs::temp_directory_path() / "rmapcheck-run-XXXXXX").string();
    Folder() {
        EXPECT_NE(mkdtemp(path.data()), nullptr);
        fs::create_directories(path + "/own/below");
        fs::create_directories(path + "/other");
    }
    ~Folder() { fs::remove_all(path); }

    ProgramEnd confined(const std::string& script) const {
        Command c;
        c.arguments = {"sh", "-c", script};
        c.folder = path + "/own";
        c.log = path + "/log"; // opened before
        c.seconds = 60;
        return run(checker::confined(c, path + "/own"));
    }
    std::string log() const { return read_whole(path + "/log"); }
};

#define REQUIRE_CONFINEMENT() \
    if (!why_not_confined().empty()) GTEST_SKIP() << "no confinement here: " << why_not_confined()

TEST(ConfinedProgram, ChangesNothingButItsFolder) {
    REQUIRE_CONFINEMENT();
    const Folder f;
    const std::string tries =
        "echo a > below/a && cp below/a b; (echo c > ../other/c; mkdir ../d; rm -r ../other; "
        "echo > /tmp/rmapcheck-confined; ln -s ../other own; echo e > own/e); echo said >/dev/null";
    EXPECT_TRUE(f.confined(tries).good()) << f.log();
    EXPECT_TRUE(fs::exists(f.path + "/own/b"));
    EXPECT_TRUE(fs::exists(f.path + "/other"));
    EXPECT_TRUE(fs::is_empty(f.path + "/other"));
    EXPECT_FALSE(fs::exists(f.path + "/d"));
    EXPECT_FALSE(fs::exists("/tmp/rmapcheck-confined"));
    EXPECT_NE(f.log().find("Read-only"), std::string::npos) << f.log();
}

TEST(ConfinedProgram, DoesNotFreeItself) {
    REQUIRE_CONFINEMENT();
    const Folder f;
    EXPECT_TRUE(f.confined("test -w \"$TMPDIR\" && touch \"$TMPDIR/x\" \"$(dirname \"$CCACHE_DIR\")/x\"").good());
    EXPECT_FALSE(f.confined("mount -o remount,rw,bind / || mount --bind ../other below || umount .").good());
    EXPECT_TRUE(f.confined("grep -q '^CapEff:.0000000000000000$' /proc/self/status").good());
}

TEST(ConfinedProgram, HasNoNetwork) {
    REQUIRE_CONFINEMENT();
    const Folder f;
    EXPECT_TRUE(f.confined("test \"$(tail -n +3 /proc/net/dev | cut -d: -f1 | tr -d ' ')\" = lo").good());
    EXPECT_TRUE(f.confined("! grep -q . /proc/net/route || test $(wc -l < /proc/net/route) = 1").good());
}

// What it is not asked for it does not do.
TEST(Program, IsNotConfinedUnasked) {
    const Folder f;
    Command c;
    c.arguments = {"sh", "-c", "echo x > ../other/x"};
    c.folder = f.path + "/own";
    EXPECT_TRUE(run(c).good());
    EXPECT_TRUE(fs::exists(f.path + "/other/x"));
}

} // namespace
} // namespace checker
