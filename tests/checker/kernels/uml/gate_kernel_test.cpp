// The whole path of `gate --kernel`, once: kernels are built from Debian's source, play traces, and are judged. The
// first build takes minutes, so that everything is asked of one tree in one test.
#include "checker/kernels/uml/gate_kernel.h"
#include "checker/gate/kernel.h"
#include "checker/report/findings.h"
#include "checker/support/quote.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>

#include "checker/support/run.h"
#include "model/versions.h"
#include "tests/checker/kernels/uml/programs.h"
#include "tests/checker/kernels/uml/series.h"
#include "tests/run_here.h"

namespace checker::kernels::uml {
namespace {
namespace fs = std::filesystem;

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

// A kernel that walks all VMAs, so that candidates may lose something: the tree that the other tests build as well,
// with the former walk, where it is here; else Debian's own.
JudgedKernel whole_walk(const std::string& patch) {
    if (no_kernel_here("debian-7.3").empty()) return {"debian-7.3", patch, root + "/corpora/patches/naive.edit"};
    return {"debian", patch, ""};
}

GuestOptions options_for(const Room& room, const std::string& patch) {
    GuestOptions o = quick_options(room, whole_walk(patch));
    o.traces = traces_of("found");
    o.traces.push_back(growing());
    o.random = 20;
    o.seed = 1;
    o.minimize = true;
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

// A mailbox as b4 hands it over: a cover letter and three patches, coded in three ways. The second loses an entry.
void tells_b4_of_a_lost_entry(const Room& room) {
    if (!has_program("git")) GTEST_SKIP() << "git is missing";
    const GuestOptions o = quick_options(room, {whole_walk("").kernel, "", ""});
    const std::string tree = open_tree(o.kernel, o.cache, [](const std::string&) {}).folder;
    const SeriesOfThree series(tree, room.folder);
    ASSERT_EQ(series.wrong, "");
    const std::string trace = root + "/corpora/found/addr-shift-own-item-anonymous.trace";
    const auto asked = [&](const std::string& box) {
        write_whole(room.folder + "/box", box);
        const std::string out = room.folder + "/b4.json";
        const ProgramEnd end =
            run_here({"sh", "-c", "\"$0\" b4 --kernel \"$1\" --cache \"$2\" --trace \"$3\" <\"$4\" 2>\"$4.log\"",
                      RMAPCHECK_BINARY, o.kernel, o.cache, trace, room.folder + "/box"},
                     room.folder, out);
        EXPECT_TRUE(end.good()) << tail_of(room.folder + "/box.log", 20);
        return nlohmann::json::parse(read_whole(out), nullptr, false);
    };
    const nlohmann::json whole = asked(series.cover + series.first + series.second + series.third);
    ASSERT_TRUE(whole.is_array() && whole.size() == 1) << whole;
    EXPECT_EQ(whole[0].at("status"), "fail") << whole;
    EXPECT_THAT(whole[0].at("summary").get<std::string>(), testing::HasSubstr("refuted")) << whole;
    // Without it the same mailbox is another kernel, of which nothing is said.
    const nlohmann::json others = asked(series.cover + series.first + series.third);
    ASSERT_TRUE(others.is_array() && others.size() == 1) << others;
    EXPECT_NE(others[0].at("status"), "fail") << others;
    EXPECT_EQ(asked(series.cover + series.third), nlohmann::json::array()); // no file that decides on a walk
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
    expect_programs_agree(room, whole_walk(root + "/corpora/patches/linear-index.edit"), some_programs());
    tells_b4_of_a_lost_entry(room);
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
    o.base.clear();
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
    expect_programs_agree(room, {"debian-7.3", "", ""}, some_programs());
}

// A kernel that is a series of corpora/patches/mend: nothing is lost that the walk over all VMAs finds.
void expect_whole(const Room& room, const std::string& series, bool nothing_missed) {
    GuestOptions o = options_for(room, "");
    o.patches.clear();
    o.base.clear();
    o.kernel = "debian-7.3";
    o.random = 20;
    for (const auto& entry : fs::directory_iterator(root + "/corpora/patches/mend/" + series))
        o.base.push_back(entry.path().string());
    std::ranges::sort(o.base);
    ASSERT_GE(o.base.size(), 2u) << series;
    const Findings f = gate_kernel(o);
    EXPECT_EQ(standing_of(f), Standing::holds) << series << "\n" << findings_text(f);
    for (const TraceVerdict& v : f.verdicts) {
        if (nothing_missed) EXPECT_THAT(v.own_misses, testing::IsEmpty()) << series << " " << v.name;
        EXPECT_THAT(v.own_losses, testing::IsEmpty()) << series << " " << v.name;
    }
}

TEST(GateKernel, LosesNothingWithTheMends) {
    if (const std::string why = no_kernel_here("debian-7.3"); !why.empty()) GTEST_SKIP() << why;
    const Room room;
    expect_whole(room, "naive", false);
    expect_whole(room, "nothing", true);
}

} // namespace
} // namespace checker::kernels::uml
