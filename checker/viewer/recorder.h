// A run as one page for a browser: what one can step through.
//
// The recorder looks on while a trace is played (RunOptions::watch) and writes down, for each step, what it changed and
// which entries walks lose from then on; of each walk that is judged, what it asked, was given, skipped and found, as
// told by the walk itself (WalkWatch). The page is that data and one script (page/), and asks nobody for anything.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "checker/judge/fast_judge.h"
#include "checker/judge/ksm_entries.h"
#include "checker/judge/runner.h"
#include "checker/viewer/differences.h"

namespace checker::inline viewer {

class PageRecorder {
  public:
    // The trace must outlive it.
    explicit PageRecorder(const model::Trace& trace);
    PageRecorder(const PageRecorder&) = delete;
    PageRecorder& operator=(const PageRecorder&) = delete;

    // The run that these options start is recorded. Called once, and they must not outlive the recorder.
    void watch(RunOptions& options);
    // The page, once that run is over.
    std::string page(const RunReport& report);

  private:
    void step(const Session& session, const model::Step& step, const model::Result& result);
    void write_losses(const Session& session, const model::Operation& op, json& line);
    json walk_of(const Session& session, MappedAt page, std::uint32_t line);
    json walks_at_end(const RunReport& report);
    json header(const RunReport& report);
    std::size_t number_of(const Cause& cause);
    std::string candidate(const RunReport& report) const;

    const model::Trace& trace_;
    std::string rules_;
    StepDifferences differences_;
    std::vector<const Strategy*> strategies_; // the reference, and those that are judged
    std::size_t steps_ = 0, remark_ = 0;
    std::string lines_; // a JSON document for each step
    std::map<std::string, std::size_t> causes_;
    json cause_list_ = json::array();
    struct Watched { // a machine
        KsmEntries entries;
        StateJudge judge;
    };
    std::vector<Watched> watched_;
    std::map<std::string, json> lost_; // as the page knows it
    std::uint64_t looked_at_ = 0;      // entries
    std::size_t losses_until_ = SIZE_MAX;
    std::size_t events_ = 0; // of walks
    std::size_t walks_left_out_ = 0;
};

} // namespace checker::inline viewer
