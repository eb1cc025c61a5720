// The whole path of `gate --kernel`, once: kernels are built from Debian's source, play traces, and are judged. The
// first build takes minutes, so that everything is asked of one tree in one test. RMAPCHECK_TEST_CACHE names a folder
// where the kernels are kept for the next run.
#include "checker/kernels/uml/gate_kernel.h"
#include "checker/gate/kernel.h"
#include "checker/kernels/export/exporters.h"
#include "checker/report/findings.h"
#include "checker/support/quote.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <set>

#include "checker/support/run.h"
#include "model/versions.h"

namespace checker::kernels::uml {
namespace {
namespace fs = std::filesystem;

const std::string root = RMAPCHECK_SOURCE_DIR;

struct Room {
    std::string folder = (fs::temp_directory_path() / "rmapcheck-gate-XXXXXX").string();
    Room() { EXPECT_NE(mkdtemp(folder.data()), nullptr); }
    ~Room() { fs::remove_all(folder); }
    std::string script(const std::string& name, const std::string& body) const {
        const std::string path = path_of(name);
        write_whole(path, "# rmapcheck edit 1\n# Why: a test.\n" + body);
        return path;
    }
    std::string path_of(const std::string& name) const { return folder + "/" + name + ".edit"; }
};

std::vector<model::Trace> traces_of(const std::string& folder) {
    std::set<std::string> paths;
    for (const auto& f : fs::directory_iterator(root + "/corpora/" + folder))
        if (f.path().extension() == ".trace") paths.insert(f.path());
    std::vector<model::Trace> traces;
    for (const std::string& p : paths) traces.push_back(model::load_trace(p));
    return traces;
}

// What grows stays where it is if it can, whatever the trace says of it; and a hint that is none stays an error.
model::Trace growing() {
    return model::read_trace(
        std::string(model::trace_header) +
            "\n1 mmap(0x10000, 0x1000, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0)\n"
            "1 store(0x10000, 0x1000, 0x5)\n"
            "1 mremap(0x10000, 0x1000, 0x2000, MREMAP_MAYMOVE) = 0x30000\n"
            "1 mmap(0x12000, 0x1000, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0)\n"
            "1 mremap(0x10000, 0x2000, 0x3000, MREMAP_MAYMOVE) = 0x30000\n"
            "1 mremap(0x30000, 0x3000, 0x3000, MREMAP_MAYMOVE|MREMAP_DONTUNMAP, 0x123) = 0x50000\n",
        "growing");
}

GuestOptions options_for(const Room& room, const std::string& patch) {
    GuestOptions o;
    o.patches = {patch};
    const char* kept = std::getenv("RMAPCHECK_TEST_CACHE");
    o.cache = kept ? kept : room.folder + "/cache";
    o.save = room.folder;
    o.timing = false;
    o.traces = traces_of("found");
    o.traces.push_back(growing());
    o.random = 20;
    o.seed = 1;
    return o;
}

// The unpatched kernel is what the model says, and no two ways to observe contradict each other.
void expect_sound(const Findings& f) {
    EXPECT_THAT(f.strategy_differs, testing::IsEmpty());
    for (const TraceVerdict& v : f.verdicts) {
        EXPECT_EQ(v.not_judged, "") << v.name;
        EXPECT_THAT(v.contradictions, testing::IsEmpty()) << v.name;
        if (!v.name.starts_with("random-")) EXPECT_THAT(v.reference_off_model, testing::IsEmpty()) << v.name;
    }
}

void refutes_linear_index(const Room& room) {
    const Findings f = gate_kernel(options_for(room, root + "/corpora/patches/linear-index.edit"));
    ASSERT_EQ(standing_of(f), Standing::refuted) << findings_text(f);
    EXPECT_EQ(findings_json(f).at("kernel").at("verdict"), "refuted");
    expect_sound(f);
    std::size_t confirmed = 0;
    for (const TraceVerdict& v : f.verdicts) {
        const std::string name = fs::path(v.name).filename();
        if (!name.starts_with("linear-index-o")) continue; // own-item and other-item
        EXPECT_FALSE(v.lost.empty()) << name << " does not lose an entry in the kernel";
        ++confirmed;
    }
    EXPECT_GE(confirmed, 6u);
    ASSERT_TRUE(f.smallest.has_value());
    const model::Trace small = model::load_trace(f.smallest_path);
    EXPECT_LE(small.steps.size(), 8u);
    EXPECT_NE(command_line(f.reproduce).find("linear-index.trace"), std::string::npos);
}

void lets_two_pass_be(const Room& room) {
    const Findings f = gate_kernel(options_for(room, root + "/corpora/patches/two-pass.edit"));
    ASSERT_EQ(standing_of(f), Standing::holds) << findings_text(f);
    EXPECT_EQ(findings_json(f).at("kernel").at("verdict"), "holds");
    expect_sound(f);
    EXPECT_TRUE(f.reference.cached);
    EXPECT_EQ(f.reference.boots, 0u); // what the unpatched kernel does is remembered
}

// The C program says of both kernels what the gate says of them.
void program_agrees(const Room& room) {
    GuestOptions o = options_for(room, root + "/corpora/patches/linear-index.edit");
    o.traces = {model::load_trace(root + "/corpora/strategies/linear-index-fork-moved.trace")};
    o.random = 0;
    o.minimize = false;
    o.program = [&o](const model::Config& config) { return find_exporter("c")->text({o.traces.front(), config}); };
    const Findings f = gate_kernel(o);
    ASSERT_EQ(standing_of(f), Standing::refuted) << findings_text(f);
    EXPECT_EQ(f.candidate.program.exit, 1) << f.candidate.program.log << f.candidate.program.not_run;
    EXPECT_EQ(f.reference.program.exit, 0) << f.reference.program.log << f.reference.program.not_run;
}

// What a kernel with this edit cannot be tested for, with the end of the log.
std::string cannot_test(const Room& room, const std::string& name, const std::string& edit) {
    try {
        gate_kernel(options_for(room, room.script(name, edit)));
    } catch (const model::CannotTell& cannot) {
        return std::string(cannot.what()) + "\n" + cannot.log;
    }
    return {};
}

void says_what_cannot_be_tested(const Room& room) {
    using testing::HasSubstr;
    const std::string place = "in mm/ksm.c: rmap_walk_ksm\n";
    EXPECT_THAT(cannot_test(room, "elsewhere", place + "replace \"no such words\"\n+x\n"), HasSubstr("elsewhere.edit"));
    EXPECT_THAT(cannot_test(room, "wrong", place + "replace \"0, ULONG_MAX\"\n+0, no_such_name\n"),
                testing::AllOf(HasSubstr("does not build"), HasSubstr("no_such_name")));
    EXPECT_THAT(cannot_test(room, "panic", "in mm/ksm.c: ksm_init\nbefore \"return 0;\"\n+\tpanic(\"by a test\");\n"),
                testing::AllOf(HasSubstr("does not boot"), HasSubstr("by a test")));
}

TEST(GateKernel, BuildsPlaysAndJudges) {
    if (const std::string why = no_kernel_here(); !why.empty()) GTEST_SKIP() << why;
    const Room room;
    refutes_linear_index(room);
    if (HasFatalFailure()) return;
    lets_two_pass_be(room);
    program_agrees(room);
    says_what_cannot_be_tested(room);
}

// A page of which an entry is lost can neither be reclaimed nor migrated, unless trees hand out all VMAs; what no walk
// finds stays where it is even then.
void expect_effects(const Findings& f) {
    std::size_t lost = 0, missed = 0;
    for (const Effect& e : f.effects) {
        (e.lost ? lost : missed) += 1;
        for (const Tried& t : {e.reclaim, e.migration}) {
            EXPECT_EQ(t.own, -EAGAIN) << e.trace;
            EXPECT_EQ(t.by_all, e.lost ? 0 : -EAGAIN) << e.trace;
        }
        EXPECT_EQ(e.failure, -EBUSY) << e.trace;
        EXPECT_NE(e.after, Effect::After::unmapped) << e.trace;
    }
    EXPECT_GE(lost, 3u);
    EXPECT_GE(missed, 2u);
}

// Linux 7.3 as released: it asks for one page offset, and loses what its own walk over all VMAs finds.
TEST(GateKernel, RefutesTheReleaseThatAsksForOneOffset) {
    if (const std::string why = no_kernel_here("debian-7.3"); !why.empty()) GTEST_SKIP() << why;
    if (!model::find_version("7.3")) GTEST_SKIP() << "the model has no rules of Linux 7.3 to hold the guest to";
    const Room room;
    GuestOptions o = options_for(room, "");
    o.patches.clear();
    o.kernel = "debian-7.3";
    o.traces = traces_of("strategies");
    o.random = 0;
    o.effects = true;
    const Findings f = gate_kernel(o);
    ASSERT_EQ(standing_of(f), Standing::refuted) << findings_text(f);
    EXPECT_EQ(findings_json(f).at("kernel").at("verdict"), "refuted");
    expect_sound(f);
    bool six_operations = false;
    for (const TraceVerdict& v : f.verdicts)
        six_operations |= fs::path(v.name).filename() == "linear-index-fork-moved.trace" && !v.lost.empty() &&
                          v.lost.front().lasting == Lasting::stays;
    EXPECT_TRUE(six_operations);
    ASSERT_TRUE(f.smallest.has_value());
    EXPECT_LE(model::load_trace(f.smallest_path).steps.size(), 6u);
    EXPECT_EQ(f.strategy, "linear-index"); // the walk that the table of kernels says
    expect_effects(f);
}

} // namespace
} // namespace checker::kernels::uml
