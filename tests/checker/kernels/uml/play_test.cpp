// The guest's side is played by shell scripts here: what is made of what a kernel says, and of one that breaks off.
#include "checker/kernels/uml/play.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "checker/kernels/agent/embedded.h"
#include "checker/kernels/uml/effects.h"
#include "checker/kernels/uml/verdict.h"

namespace checker::kernels::uml {
namespace {
namespace fs = std::filesystem;

constexpr const char* hugh =
    "# rmapcheck trace 1\n"
    "1 mmap(0x10000, 0x3000, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0) = 0x10000\n"
    "1 madvise(0x10000, 0x3000, MADV_MERGEABLE) = 0\n"
    "1 store(0x10000, 0x2000, 0x77)\n"
    "1 mremap(0x11000, 0x1000, 0x1000, MREMAP_MAYMOVE|MREMAP_FIXED, 0x12000) = 0x12000\n"
    "* ksmd(4)\n";

struct Room {
    std::string folder = (fs::temp_directory_path() / "rmapcheck-play-XXXXXX").string();
    Room() { EXPECT_NE(mkdtemp(folder.data()), nullptr); }
    ~Room() { fs::remove_all(folder); }
    std::string kernel(const std::string& body) const {
        const std::string path = folder + "/kernel";
        write_whole(path, "#!/bin/sh\n" + body);
        fs::permissions(path, fs::perms::owner_all);
        return path;
    }
};

GuestScript script_for(const model::Trace& trace) {
    ScriptOptions how;
    how.config.rules = model::find_version("6.12")->rules;
    return script_of(trace, how);
}

// What a sound kernel would write after the ksmd line of Hugh's sequence; the walk finds `found`.
std::string results(std::size_t trace, std::uint64_t look, const std::string& found, const std::string& idle) {
    return "begin " + std::to_string(trace) + "\n= 1 65536\n= 2 0\n= 3 0\n= 4 73728\n= 5 0\nlook " +
           std::to_string(look) + "\ntask 1 20\npage 77 2 4 110" + found +
           "\nvma 1 10000 11000 rw-p\npte 1 10000 800000000000004d\nvma 1 12000 13000 rw-p\npte 1 12000 "
           "800000000000004d\n" +
           idle + "counts full_scans=9\nseen " + std::to_string(look) + "\nend " + std::to_string(trace) + "\n";
}

void quiet(const std::string&) {}

struct Played {
    GuestScript script;
    GuestRun run;
};
Played play(const model::Trace& trace, const std::string& found, const std::string& idle) {
    Room room;
    Played p{script_for(trace), {}};
    const std::string text = results(0, p.script.looks.front().number, found, idle) + "done\n";
    const std::string kernel = room.kernel("cat > results <<'X'\n" + text + "X\n");
    p.run = play_in_guest(kernel, std::span(&p.script, 1), room.folder, quiet);
    return p;
}

TEST(Play, AWalkThatFindsEveryEntryMissesNone) {
    const model::Trace trace = model::read_trace(hugh, "hugh");
    const Played p = play(trace, " 20:10000 20:12000", "idle 1 10000 1\nidle 1 12000 1\n");
    const LookPoint& point = p.script.looks.front();
    ASSERT_TRUE(p.run.traces[0].looks.contains(point.number));
    const Look& look = p.run.traces[0].looks.at(point.number);
    EXPECT_TRUE(missed_by_walk(look).empty());
    EXPECT_TRUE(contradictions(look).empty());
    EXPECT_EQ(differences_from_model(point, look), std::vector<std::string>{});
    EXPECT_EQ(p.run.boots, 1u);
}

TEST(Play, AnEntryThatOnlyThePageTablesShowIsMissed) {
    const model::Trace trace = model::read_trace(hugh, "hugh");
    const Played good = play(trace, " 20:10000 20:12000", ""), bad = play(trace, " 20:10000", "idle 1 12000 0\n");
    const Look& look = bad.run.traces[0].looks.at(bad.script.looks.front().number);
    EXPECT_EQ(missed_by_walk(look), (std::set<MappedAt>{{1, model::vpn(0x12000)}}));
    EXPECT_TRUE(contradictions(look).empty());
    const TraceVerdict v = judge_trace(bad.script, &good.run.traces[0], bad.run.traces[0]);
    ASSERT_EQ(v.lost.size(), 1u);
    EXPECT_TRUE(v.regressed());
    EXPECT_EQ(at_text(v.lost[0].at), "1:0x12000");
    const TraceVerdict same = judge_trace(bad.script, &bad.run.traces[0], bad.run.traces[0]);
    EXPECT_TRUE(same.lost.empty()); // what the reference misses itself is not the patch's
    EXPECT_FALSE(same.own_misses.empty());
}

// Without another kernel, a walk is held to the same one over all VMAs, and to naive where the model is in that state.
TEST(Play, AWalkIsHeldToTheSameOneOverAllVmas) {
    const model::Trace trace = model::read_trace(hugh, "hugh");
    const Played lost = play(trace, " 20:10000 +20:12000", "idle 1 12000 0\n"),
                 good = play(trace, " 20:10000 20:12000", "");
    const TraceResult& r = lost.run.traces[0];
    const Look& look = r.looks.at(lost.script.looks.front().number);
    EXPECT_EQ(missed_by_walk(look), (std::set<MappedAt>{{1, model::vpn(0x12000)}}));
    EXPECT_TRUE(missed_by_all(look).empty());
    EXPECT_TRUE(contradictions(look).empty());
    const TraceVerdict v = judge_trace(lost.script, nullptr, r);
    ASSERT_EQ(v.lost.size(), 1u);
    EXPECT_EQ(at_text(v.lost[0].at), "1:0x12000");
    EXPECT_EQ(v.reference_off_model, std::vector<std::string>{});
    EXPECT_FALSE(judge_trace(good.script, nullptr, good.run.traces[0]).regressed());
    const TraceVerdict same = judge_trace(lost.script, &r, r);
    EXPECT_FALSE(same.regressed());                                                  // a patch is not blamed for it,
    EXPECT_EQ(same.own_losses, std::vector<std::string>{"line 6 (end): 1:0x12000"}); // and it is not passed over either
}

TEST(Play, AWalkThatMissesOverAllVmasIsHeldToTheModel) {
    const model::Trace trace = model::read_trace(hugh, "hugh");
    const Played p = play(trace, " 20:10000", "");
    EXPECT_EQ(judge_trace(p.script, nullptr, p.run.traces[0]).lost.size(), 1u);
    Played other = play(trace, " 20:10000", ""); // in another state than the model: what naive finds there says nothing
    Look& look = other.run.traces[0].looks.at(other.script.looks.front().number);
    look.vmas.pop_back();
    const TraceVerdict v = judge_trace(other.script, nullptr, other.run.traces[0]);
    EXPECT_TRUE(v.lost.empty());
    EXPECT_FALSE(v.reference_off_model.empty());
}

// collect_procs_ksm() as it is (!), and while trees hand out all VMAs (&).
TEST(Play, AProcessThatIsNotToldOfAFailureIsAFailure) {
    const model::Trace trace = model::read_trace(hugh, "hugh");
    const std::string found = " 20:10000 20:12000";
    const Played told = play(trace, found + " !20:10000 &20:10000", ""),
                 not_told = play(trace, found + " &20:10000", "");
    const TraceResult& r = not_told.run.traces[0];
    EXPECT_EQ(told.run.traces[0].looks.begin()->second.pages[0].told,
              (std::map<Pid, model::Vpn>{{1, model::vpn(0x10000)}}));
    EXPECT_FALSE(judge_trace(told.script, nullptr, told.run.traces[0]).regressed());
    for (const TraceVerdict& v :
         {judge_trace(not_told.script, nullptr, r), judge_trace(not_told.script, &told.run.traces[0], r)}) {
        EXPECT_TRUE(v.lost.empty());
        ASSERT_EQ(v.failed.size(), 1u);
        EXPECT_EQ(v.failed[0], "line 6 (end): process 1 maps a page and is not told when its memory fails");
    }
    EXPECT_FALSE(judge_trace(not_told.script, &r, r).regressed()); // the reference does not tell it either
}

// Each trial is the trace up to the look, and what is done then; a page that fails and stays mapped is seen.
TEST(Play, EffectsAreTriedFromTheFirstLookThatMisses) {
    Room room;
    const model::Trace trace = model::read_trace(hugh, "hugh");
    const Played lost = play(trace, " 20:10000 +20:12000 &20:12000", "");
    const std::uint64_t look = lost.script.looks.front().number;
    const std::string one = std::to_string(look + 1), two = std::to_string(look + 2);
    const auto seen = [](const std::string& number) {
        return "look " + number + "\ntask 1 20\nvma 1 12000 13000 rw-p\npte 1 12000 800000000000004f\nseen " + number +
               "\n";
    };
    const std::string kernel =
        room.kernel("cat > results <<'X'\nbegin 0\n= " + one + " -11\n= " + two + " 0\nend 0\n" + "begin 1\n= " + one +
                    " 0\n= " + two + " -14\nend 1\nbegin 2\n" + seen(std::to_string(look)) + "= " + one + " -16\n" +
                    seen(two) + "end 2\ndone\nX\n");
    const std::vector<Effect> effects =
        effects_of(kernel, std::span(&lost.script, 1), lost.run.traces, room.folder, quiet, {});
    ASSERT_EQ(effects.size(), 1u);
    const Effect& e = effects[0];
    EXPECT_EQ(at_text(e.at), "1:0x12000");
    EXPECT_TRUE(e.lost);
    EXPECT_EQ(e.reclaim.own, -11);
    EXPECT_EQ(e.reclaim.by_all, 0);
    EXPECT_EQ(e.migration.own, 0);
    EXPECT_EQ(e.migration.by_all, -14);
    EXPECT_EQ(e.failure, -16);
    EXPECT_EQ(e.after, Effect::After::mapped);
    EXPECT_FALSE(e.told);
    EXPECT_TRUE(e.told_by_all);
}

TEST(Play, EyesThatContradictEachOtherAreSaid) {
    const model::Trace trace = model::read_trace(hugh, "hugh");
    const Played p = play(trace, " 20:10000 20:12000", "idle 1 12000 0\n");
    const Look& look = p.run.traces[0].looks.at(p.script.looks.front().number);
    ASSERT_EQ(contradictions(look).size(), 1u);
    EXPECT_EQ(contradictions(look)[0], "1:0x12000: page_idle misses it, the count of the walk does");
}

TEST(Play, AGuestThatDiesIsStartedAgainBehindTheTrace) {
    Room room;
    const model::Trace trace = model::read_trace(hugh, "hugh");
    const std::vector<GuestScript> scripts = {script_for(trace), script_for(trace)};
    const std::uint64_t look = scripts[0].looks.front().number;
    const std::string kernel =
        room.kernel("if [ -e ../second ]; then cat > results <<'X'\n" + results(1, look, " 20:10000 20:12000", "") +
                    "done\nX\nexit 0; fi\n" +
                    "touch ../second\nprintf 'begin 0\\n' > results\n"
                    "echo 'rmapcheck: trace 0'; echo 'Kernel panic - not syncing: test'; kill -ABRT $$\n");
    const GuestRun run = play_in_guest(kernel, scripts, room.folder, quiet);
    EXPECT_EQ(run.boots, 2u);
    EXPECT_EQ(run.traces[0].broke_off.substr(0, run.traces[0].broke_off.find('\n')),
              "ends by signal 6 in line 2: 1 mmap(0x10000, 0x3000, PROT_READ|PROT_WRITE, "
              "MAP_PRIVATE|MAP_FIXED|MAP_ANONYMOUS, -1, 0) = 0x10000");
    EXPECT_EQ(run.traces[0].complaints, (std::vector<std::string>{"Kernel panic - not syncing: test"}));
    EXPECT_TRUE(run.traces[1].ended);
    EXPECT_TRUE(judge_trace(scripts[0], &run.traces[1], run.traces[0]).regressed());
    EXPECT_FALSE(judge_trace(scripts[1], &run.traces[0], run.traces[1]).not_judged.empty()); // the reference died
}

// One that hangs is not asked for ever: what it did so far is the verdict.
TEST(Play, AGuestThatHangsIsLeftAfterAFewTraces) {
    Room room;
    const model::Trace trace = model::read_trace(hugh, "hugh");
    const std::vector<GuestScript> scripts(4, script_for(trace));
    const std::string kernel = room.kernel(
        "n=$(cat ../boots 2>/dev/null || echo 0)\nprintf 'begin %d\\n' $n > results\n"
        "echo $((n + 1)) > ../boots\nsleep 60\n");
    const GuestRun run = play_in_guest(kernel, scripts, room.folder, quiet, {}, {.patience = 0.3, .hangs = 2});
    EXPECT_EQ(run.boots, 2u);
    EXPECT_EQ(run.hangs, 2u);
    for (int i : {0, 1})
        EXPECT_THAT(run.traces[static_cast<std::size_t>(i)].broke_off, testing::StartsWith("hangs in line 2: 1 mmap"));
    for (int i : {2, 3})
        EXPECT_EQ(judge_trace(scripts[0], nullptr, run.traces[static_cast<std::size_t>(i)]).not_judged,
                  "the guest hung in 2 traces before it");
}

TEST(Play, TheTimeForAllEndsAGuestThatWorks) {
    Room room;
    const model::Trace trace = model::read_trace(hugh, "hugh");
    const std::vector<GuestScript> scripts(2, script_for(trace));
    const std::string kernel =
        room.kernel("echo 'begin 0' > results\nwhile :; do echo x >> results; sleep 0.05; done\n");
    const GuestRun run = play_in_guest(kernel, scripts, room.folder, quiet, {},
                                       {.end = std::chrono::steady_clock::now() + std::chrono::milliseconds(400)});
    for (const TraceResult& r : run.traces)
        EXPECT_EQ(judge_trace(scripts[0], nullptr, r).not_judged, "the time for the gate was spent");
}

// A kernel that overwrites memory may say anything.
TEST(Play, WhatCannotBeReadIsNotJudged) {
    const model::Trace trace = model::read_trace(hugh, "hugh");
    for (const char* word : {" zz:qq", " 20", " 20:", " 20:10000x", " :"}) {
        const Played p = play(trace, word, "");
        EXPECT_THAT(judge_trace(p.script, nullptr, p.run.traces[0]).not_judged, testing::HasSubstr("cannot be read"))
            << word;
    }
}

TEST(Play, AKernelThatDoesNotBootCannotBeTested) {
    Room room;
    const model::Trace trace = model::read_trace(hugh, "hugh");
    const GuestScript script = script_for(trace);
    const std::string kernel = room.kernel("echo 'VFS: Unable to mount root fs'; exit 1\n");
    try {
        play_in_guest(kernel, std::span(&script, 1), room.folder, quiet);
        FAIL();
    } catch (const model::CannotTell& e) {
        EXPECT_STREQ(e.what(), "the kernel does not boot as far as the first trace: it ends with status 1");
        EXPECT_EQ(e.log, "VFS: Unable to mount root fs\n");
    }
}

TEST(Play, TracesThatAGuestCannotHoldAreNotPlayed) {
    const model::Trace far = model::read_trace(
        "# rmapcheck trace 1\n"
        "1 mmap(0x7f0000000000, 0x1000, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0) = 0x7f0000000000\n",
        "far");
    EXPECT_NE(script_for(far).unplayable.find("484 GiB"), std::string::npos);
    const model::Trace low = model::read_trace("# rmapcheck trace 1\n1 brk(0xf000) = 0xf000\n", "low");
    EXPECT_NE(script_for(low).unplayable.find("vm.mmap_min_addr"), std::string::npos);
}

// The agent copies itself; pointers in writable data would lead back to where it was.
TEST(Play, TheAgentHasNoWritableData) {
    const std::string_view init(reinterpret_cast<const char*>(agent_file().data()), agent_file().size());
    if (init.empty()) GTEST_SKIP() << "built without the agent";
    ASSERT_GT(init.size(), 64u);
    std::uint16_t headers = 0;
    std::uint64_t table = 0;
    init.copy(reinterpret_cast<char*>(&table), 8, 32);
    init.copy(reinterpret_cast<char*>(&headers), 2, 56);
    for (std::size_t i = 0; i < headers; ++i) {
        std::uint32_t type = 0, flags = 0;
        init.copy(reinterpret_cast<char*>(&type), 4, table + i * 56);
        init.copy(reinterpret_cast<char*>(&flags), 4, table + i * 56 + 4);
        EXPECT_FALSE(type == 1 && (flags & 2)) << "a segment of the agent is writable";
    }
}

} // namespace
} // namespace checker::kernels::uml
