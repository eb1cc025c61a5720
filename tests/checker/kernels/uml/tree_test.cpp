#include "checker/kernels/uml/tree.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "checker/kernels/uml/gate_kernel.h"
#include "checker/kernels/uml/patch.h"

namespace checker::kernels::uml {
namespace {
namespace fs = std::filesystem;

struct Fake { // a tree that is just enough of one
    std::string folder = (fs::temp_directory_path() / "rmapcheck-tree-XXXXXX").string();
    std::string tree, cache;
    Fake() {
        EXPECT_NE(mkdtemp(folder.data()), nullptr);
        tree = folder + "/linux";
        cache = folder + "/cache";
        for (const char* d : {"mm", "arch/um/kernel", "arch/arm", "drivers/gpu"})
            fs::create_directories(tree + "/" + d);
        write_whole(tree + "/Makefile", "VERSION = 6\nPATCHLEVEL = 12\nSUBLEVEL = 7\nEXTRAVERSION =\n");
        write_whole(tree + "/mm/ksm.c", "one\ntwo\nthree\n");
        write_whole(tree + "/mm/ksm.o", "object");
        write_whole(tree + "/arch/arm/head.c", "arm");
        write_whole(tree + "/arch/arm/Kconfig", "config ARM");
        write_whole(tree + "/drivers/gpu/x.c", "gpu");
    }
    ~Fake() { fs::remove_all(folder); }
};

void quiet(const std::string&) {}

TEST(Tree, SaysItsVersion) {
    const Fake fake;
    const Tree tree = open_tree(fake.tree, fake.cache, quiet);
    EXPECT_EQ(tree.version, "6.12.7");
    EXPECT_EQ(tree.major, 6);
    EXPECT_EQ(tree.minor, 12);
}

TEST(Tree, RefusesWhatIsNone) {
    const Fake fake;
    EXPECT_THROW(open_tree(fake.folder + "/nowhere", fake.cache, quiet), model::BadInput);
    EXPECT_THROW(open_tree(fake.folder, fake.cache, quiet), model::BadInput);
    fs::remove(fake.tree + "/mm/ksm.c");
    EXPECT_THROW(open_tree(fake.tree, fake.cache, quiet), model::BadInput);
}

TEST(Tree, TakesADebianSourceFromTheCache) {
    const Fake fake;
    EXPECT_EQ(debian_source("debian", fake.cache).version, "6.12");
    EXPECT_EQ(debian_source("", fake.cache).version, "6.12");
    EXPECT_TRUE(debian_source("linux-7.3", fake.cache).version.empty());
    try {
        open_tree("debian-1.0", fake.cache, quiet);
        FAIL() << "opened";
    } catch (const model::CannotTell& e) {
        EXPECT_NE(std::string(e.what()).find(".ci/kernel-source 1.0"), std::string::npos) << e.what();
    }
    fs::create_directories(fake.cache + "/sources");
    const std::string archive = fake.cache + "/sources/linux-source-1.0.tar.xz";
    ASSERT_TRUE(run({{"tar", "cJf", archive, "linux"}, fake.folder, {}, "", 60, false, {}}).good());
    EXPECT_EQ(debian_source("debian-1.0", fake.cache).archive, archive);
    EXPECT_EQ(open_tree("debian-1.0", fake.cache, quiet).version, "6.12.7"); // what its Makefile says
}

// What cannot be tested, and the end of the log that says why.
std::pair<std::string, std::string> cannot_test(const GuestOptions& o) {
    try {
        gate_kernel(o);
    } catch (const model::CannotTell& cannot) {
        return {cannot.what(), cannot.log};
    }
    return {};
}

// All that a tree lacks is said at once, and before anything is built.
TEST(Tree, NamesEveryPlaceThatIsNotFound) {
    const Fake fake;
    GuestOptions o;
    o.cache = fake.cache;
    o.kernel = fake.tree;
    const auto [why, log] = cannot_test(o);
    for (const char* place : {"there is no arch/um/kernel/tlb.c", "there is no arch/um/include/asm/pgtable.h",
                              "there is no include/linux/mm.h"})
        EXPECT_NE((why + log).find(place), std::string::npos) << why << log;
}

TEST(Copy, TakesWhatIsNeededAndOnlyWhatChanged) {
    const Fake fake;
    Copy copy(open_tree(fake.tree, fake.cache, quiet), fake.cache);
    EXPECT_EQ(copy.update(quiet), 3u); // Makefile, mm/ksm.c, arch/arm/Kconfig
    EXPECT_FALSE(fs::exists(copy.folder() + "/arch/arm/head.c"));
    EXPECT_FALSE(fs::exists(copy.folder() + "/mm/ksm.o"));
    EXPECT_EQ(copy.update(quiet), 0u);
    const std::string before = copy.content({});
    write_whole(fake.tree + "/mm/ksm.c", "one\ntwo\nthree\nfour\n");
    EXPECT_EQ(copy.update(quiet), 1u);
    EXPECT_NE(copy.content({}), before);
    write_whole(fake.tree + "/mm/ksm.c", "one\ntwo\nthree\n");
    copy.update(quiet);
    EXPECT_EQ(copy.content({}), before); // as it was: what was built of it can be used again
}

TEST(Copy, AnOverlayGoesAsItCame) {
    const Fake fake;
    Copy copy(open_tree(fake.tree, fake.cache, quiet), fake.cache);
    copy.update(quiet);
    const auto written = fs::last_write_time(copy.folder() + "/mm/ksm.c");
    copy.put({{"mm/ksm.c", "other"}, {"mm/new.c", "new"}, {"arch/arm/Kconfig", std::nullopt}});
    EXPECT_EQ(read_whole(copy.folder() + "/mm/ksm.c"), "other");
    EXPECT_TRUE(fs::exists(copy.folder() + "/mm/new.c"));
    EXPECT_FALSE(fs::exists(copy.folder() + "/arch/arm/Kconfig"));
    copy.put({});
    EXPECT_EQ(read_whole(copy.folder() + "/mm/ksm.c"), "one\ntwo\nthree\n");
    EXPECT_FALSE(fs::exists(copy.folder() + "/mm/new.c"));
    EXPECT_TRUE(fs::exists(copy.folder() + "/arch/arm/Kconfig"));
    EXPECT_GE(fs::last_write_time(copy.folder() + "/mm/ksm.c"), written);
    EXPECT_EQ(read_whole(fake.tree + "/mm/ksm.c"), "one\ntwo\nthree\n"); // the user's tree is only read
}

// Another run finds the copy as the one before left it, in the middle of a patch.
TEST(Copy, RemembersItsOverlay) {
    const Fake fake;
    const Tree tree = open_tree(fake.tree, fake.cache, quiet);
    {
        Copy copy(tree, fake.cache);
        copy.update(quiet);
        copy.put({{"mm/ksm.c", "patched"}});
    }
    Copy copy(tree, fake.cache);
    copy.update(quiet);
    copy.put({});
    EXPECT_EQ(read_whole(copy.folder() + "/mm/ksm.c"), "one\ntwo\nthree\n");
}

TEST(GateKernel, WrongArgumentsAndWhatCannotBeTestedAreToldApart) {
    const Fake fake;
    GuestOptions o;
    o.cache = fake.cache;
    o.kernel = fake.folder + "/nowhere";
    EXPECT_THROW(gate_kernel(o), model::BadInput);
    o.kernel = fake.tree;
    o.patches = {fake.folder + "/no.patch"};
    EXPECT_THROW(gate_kernel(o), model::BadInput);
    o.patches = {fake.folder + "/empty.patch"};
    write_whole(o.patches[0], "no change\n");
    EXPECT_THROW(gate_kernel(o), model::BadInput);
    o.patches = {fake.folder};
    EXPECT_THROW(gate_kernel(o), model::BadInput);

    o.patches = {fake.folder + "/some.patch"};
    write_whole(o.patches[0], "--- a/mm/ksm.c\n+++ b/mm/ksm.c\n@@ -1,3 +1,3 @@\n eins\n-zwei\n+2\n drei\n");
    const auto [why, log] = cannot_test(o);
    EXPECT_EQ(why, o.patches[0] + " does not apply");
    EXPECT_NE(log.find("FAILED"), std::string::npos); // the end of patch's own log
    write_whole(o.patches[0], "--- a/mm/ksm.c\n+++ b/mm/ksm.c\n@@ -1,2 +1,3 @@\n one\n+two\n three\n");
    write_whole(fake.tree + "/mm/ksm.c", "one\ntwo\nthree\n");
    EXPECT_EQ(cannot_test(o).first, o.patches[0] + " is in the tree already");

    o.patches = {fake.folder + "/s.edit"};
    write_whole(o.patches[0], "# rmapcheck edit 1\nin mm/ksm.c\nreplace \"four\"\n+4\n");
    EXPECT_EQ(cannot_test(o), std::pair(o.patches[0] + ":3: \"four\" does not occur in mm/ksm.c", std::string()));
}

} // namespace
} // namespace checker::kernels::uml
