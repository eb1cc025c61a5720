// Exported C programs as the first of a guest. All of them on four kernels take minutes, so that the test that has the
// kernels built asks some (gate_kernel_test.cpp), and who sets RMAPCHECK_TEST_PROGRAMS all of them (tests/programs.sh).
#include "tests/checker/kernels/uml/programs.h"

#include <gtest/gtest.h>

#include <future>
#include <mutex>

#include "checker/gate/kernel.h"
#include "checker/judge/runner.h"
#include "checker/kernels/export/exporters.h"
#include "checker/kernels/guest/program.h"
#include "model/fail.h"
#include "tests/checker/kernels/loses_at_end.h"
#include "tests/document.h"

namespace checker::kernels::uml {
namespace {

// The text of the program; empty if there is none (c_program_test.cpp).
std::string program_of(const model::Trace& trace, const model::Config& config) {
    try {
        return find_exporter("c")->text({trace, config});
    } catch (const model::BadInput&) {
        return {};
    }
}

// Why a program could not tell: its last words before the exit.
std::string reason_in(const std::string& said) {
    const std::string word = "cannot tell: ";
    const std::size_t at = said.rfind(word);
    return at == said.npos ? "it did not say" : said.substr(at + word.size(), said.find('\n', at) - at - word.size());
}

struct Tally {
    std::size_t programs = 0, lost = 0, found = 0;
    std::map<std::string, std::size_t> cannot_tell;
    std::vector<std::string> differ;

    void add(const std::string& name, const guest::ProgramRun& run, bool loses) {
        ++programs;
        if (!run.exit || (*run.exit != 0 && *run.exit != 1 && *run.exit != 4)) {
            differ.push_back(name);
            ADD_FAILURE() << name << ": " << run.not_run << "\n" << run.log;
        } else if (*run.exit == 4) {
            ++cannot_tell[reason_in(run.said)];
        } else {
            ++(*run.exit ? lost : found);
            if ((*run.exit == 1) == loses) return;
            differ.push_back(name);
            ADD_FAILURE() << name << ": the model says " << (loses ? "lost" : "found") << "\n" << run.said;
        }
    }
    nlohmann::json row(const std::string& version, const std::string& patch, const std::string& walk) const {
        return {{"version", version},         {"patch", patch},  {"walk", walk},
                {"programs", programs},       {"lost", lost},    {"found", found},
                {"cannot_tell", cannot_tell}, {"differ", differ}};
    }
};

Tally tally(const std::string& kernel, const Strategy& walk, const model::Config& config,
            const std::vector<model::Trace>& traces, const std::string& room) {
    Tally t;
    std::mutex one_at_a_time;
    std::size_t next = 0;
    const auto work = [&] {
        for (;;) {
            const model::Trace* trace = nullptr;
            {
                const std::lock_guard lock(one_at_a_time);
                if (next == traces.size()) return;
                trace = &traces[next++];
            }
            const std::string text = program_of(*trace, config);
            if (text.empty()) continue;
            const bool loses = loses_at_end(walk, *trace, config);
            const guest::ProgramRun run = guest::start_in_guest(kernel, text, room, 60);
            const std::lock_guard lock(one_at_a_time);
            t.add(trace->path, run, loses);
        }
    };
    auto other = std::async(std::launch::async, work);
    work();
    other.get();
    return t;
}

model::Trace found(const std::string& name) { return model::load_trace(root + "/corpora/" + name + ".trace"); }

TEST(GateKernel, EveryProgramSaysWhatTheModelSays) {
    if (!std::getenv("RMAPCHECK_TEST_PROGRAMS")) GTEST_SKIP() << "takes minutes: RMAPCHECK_TEST_PROGRAMS asks for it";
    const Room room;
    nlohmann::json rows = nlohmann::json::array();
    for (const JudgedKernel& judged : {JudgedKernel{"debian-7.3", "", ""}, JudgedKernel{"debian-7.2", "", ""},
                                       JudgedKernel{"debian", root + "/corpora/patches/linear-index.edit", ""}}) {
        if (const std::string why = no_kernel_here(judged.kernel); !why.empty()) GTEST_SKIP() << why;
        for (const nlohmann::json& row : expect_programs_agree(room, judged, all_programs())) rows.push_back(row);
    }
    hand_over("programs", {{"programs", rows}});
}

} // namespace

std::vector<model::Trace> some_programs() {
    return {found("strategies/linear-index-fork-moved"), found("explored/linear-index-other-item-record-stale-moved"),
            found("found/addr-shift-own-item-anonymous")};
}

std::vector<model::Trace> all_programs() {
    std::vector<model::Trace> all;
    for (const char* folder : {"found", "explored"})
        for (const std::string& path : traces_below(root + "/corpora/" + folder)) {
            all.push_back(model::load_trace(path));
            all.back().path = path.substr(root.size() + 1);
        }
    return all;
}

nlohmann::json expect_programs_agree(const Room& room, const JudgedKernel& judged,
                                     const std::vector<model::Trace>& traces) {
    GuestOptions o = quick_options(room, judged);
    o.traces = {traces.front()};
    const Findings f = gate_kernel(o);
    const auto row_of = [&](const std::string& kernel, const std::string& patch, const std::string& name) {
        const Strategy& walk = *find_strategy(name);
        const Tally t = tally(kernel, walk, f.config, traces, room.folder);
        EXPECT_GT(t.lost + t.found, t.programs / 2) << "most cannot tell";
        return t.row(f.version, patch, name);
    };
    nlohmann::json rows = nlohmann::json::array();
    rows.push_back(row_of(f.candidate.kernel, fs::path(judged.patch).filename(), f.strategy));
    if (f.has_reference) rows.push_back(row_of(f.reference.kernel, "", std::string(reference().name)));
    return rows;
}

} // namespace checker::kernels::uml
