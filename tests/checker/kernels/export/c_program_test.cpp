// `export --to c`: what it writes compiles without a warning, and says of the running kernel what the model says of it.
#include <gtest/gtest.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include "checker/judge/judge.h"
#include "checker/judge/runner.h"
#include "checker/kernels/export/exporters.h"
#include "checker/kernels/export/reproducer.h"
#include "checker/kernels/ksm/swap_control.h"
#include "checker/support/run.h"
#include "tests/checker/kernels/loses_at_end.h"
#include "tests/run_here.h"

namespace checker::kernels {
namespace {
namespace fs = std::filesystem;

const std::string root = RMAPCHECK_SOURCE_DIR;

model::Trace trace_of(const std::string& lines) {
    return model::read_trace(std::string(model::trace_header) + "\n" + lines, "test");
}

const std::string two_pages =
    "1 mmap(0x10000, 0x2000, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0)\n"
    "1 store(0x10000, 0x2000, 0x1)\n";
const std::string merged = two_pages + "1 madvise(0x10000, 0x2000, MADV_MERGEABLE)\n* ksmd(2)\n";

// As a program that has been exported for a kernel of these rules.
std::string in_c(const model::Trace& trace, const model::Config& config = {}) {
    return find_exporter("c")->text({trace, config});
}

std::string refusal(const std::string& lines) {
    try {
        in_c(trace_of(lines));
    } catch (const model::BadInput& bad) {
        return bad.what();
    }
    return {};
}

TEST(ExportC, RefusesWhatAProgramCannotDo) {
    EXPECT_NE(refusal(two_pages).find("test:3:1: no KSM page is mapped in the end"), std::string::npos);
    EXPECT_NE(refusal(merged + "* migrate(1, 0x10000)\n").find("test:6:1: * migrate"), std::string::npos);
    EXPECT_NE(refusal("1 mmap(0x20000, 0x1000, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0)\n"
                      "1 store(0x20000, 0x1000, 0x9)\n" +
                      merged + "* swap_out(1, 0x10000)\n")
                  .find("test:8:1: a program can only ask for reclaim of all pages"),
              std::string::npos);
}

TEST(ExportC, ClosesNoCommentByWhatTheTraceSays) {
    const std::string text = in_c(trace_of("# a remark */ int x; /* of C\n" + merged));
    const std::size_t end = text.find("*/");
    EXPECT_EQ(text.find("int x;"), text.rfind("int x;", end));
    EXPECT_EQ(text.find("/*", 2), text.find("/*", end));
}

TEST(ExportC, EndsAsWhatItIsFor) {
    EXPECT_NE(reproducer("/* none */\n", AsWhat::main).find("int main(int argc"), std::string::npos);
    EXPECT_EQ(reproducer("/* none */\n", AsWhat::kselftest).find("int main(int argc"), std::string::npos);
}

struct Room {
    std::string folder = (fs::temp_directory_path() / "rmapcheck-export-XXXXXX").string();
    Room() { EXPECT_NE(mkdtemp(folder.data()), nullptr); }
    ~Room() { fs::remove_all(folder); }
    // Where the program is; empty if it does not compile without a warning.
    std::string compile(const std::string& name, const std::string& text) const {
        const std::string path = folder + "/" + name;
        write_whole(path + ".c", text);
        const ProgramEnd end =
            run_here({"gcc", "-Wall", "-Wextra", "-Werror", "-O2", "-o", path, path + ".c"}, folder, path + ".log");
        EXPECT_TRUE(end.good()) << tail_of(path + ".log", 20);
        return end.good() ? path : "";
    }
};

// The other form, beside a harness that has the names of tools/testing/selftests/kselftest_harness.h and no more.
TEST(ExportC, CompilesWithoutAWarningAsATestOfAKernelTree) {
    const Room room;
    write_whole(room.folder + "/kselftest_harness.h",
                "#define TEST(name) static void name(void)\n"
                "#define SKIP(then, ...) do { puts(__VA_ARGS__); then; } while (0)\n"
                "#define ASSERT_EQ(a, b) ((a) == (b) ? (void)0 : abort())\n"
                "#define TEST_HARNESS_MAIN int main(void) { rmap_walk_ksm_finds_every_entry(); return 0; }\n");
    fs::create_directory(room.folder + "/mm");
    const model::Trace trace = trace_of("# a\n#\n# b\n" + merged);
    const std::string text = find_exporter("kselftest")->text({trace, {}});
    EXPECT_NE(room.compile("mm/lost_entry", text), "");
    EXPECT_EQ(text.find(" \n"), std::string::npos) << "blanks at the end of a line";
    EXPECT_EQ(in_c(trace).find(" \n"), std::string::npos);
}

std::string why_not_run() {
    if (geteuid() != 0) return "only root may use KSM";
    return fs::exists("/sys/kernel/mm/ksm/run") ? "" : "this kernel has no KSM";
}

// Every trace that was found and that a program can play. The running kernel's walk is the reference.
TEST(Replay, OfExportedProgramsSaysWhatTheModelSays) {
    utsname name{};
    ASSERT_EQ(uname(&name), 0);
    model::Config config;
    const model::RulesOf here = model::rules_of(name.release);
    config.rules = here.row->rules;
    const Room room;
    const auto swap = SwapControl::acquire(room.folder + "/swap");
    const std::string why = why_not_run();
    std::size_t ran = 0, told = 0;
    for (const char* folder : {"/corpora/found", "/corpora/explored"})
        for (const std::string& path : traces_below(root + folder)) {
            const model::Trace trace = model::load_trace(path);
            std::string text;
            try {
                text = in_c(trace, config);
            } catch (const model::BadInput&) {
                continue; // RefusesWhatAProgramCannotDo
            }
            const std::string program = room.compile(fs::path(path).stem(), text);
            if (program.empty() || !why.empty()) continue;
            const ProgramEnd end = run_here({program}, room.folder, program + ".log");
            ASSERT_EQ(end.ending, support::Ending::exited) << path;
            ++ran;
            if (end.status == 4) continue;
            ++told;
            EXPECT_EQ(end.status, loses_at_end(reference(), trace, config) ? 1 : 0) << path << "\n"
                                                                                    << tail_of(program + ".log", 20);
        }
    if (!why.empty()) GTEST_SKIP() << "compiled, but not run: " << why;
    if (!told) GTEST_SKIP() << ran << " programs ran, and none could tell";
    if (here.remark.empty()) EXPECT_GT(told, ran / 2);
}

} // namespace
} // namespace checker::kernels
