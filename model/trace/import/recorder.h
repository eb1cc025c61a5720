// Writes a trace and plays it at the same time, so that the writer can ask the model what is mapped where.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "model/text/printable.h"
#include "model/trace/trace.h"

namespace model {

// [first, second), bytes.
using ByteRange = std::pair<std::uint64_t, std::uint64_t>;

class Recorder {
  public:
    explicit Recorder(const Config& config) : machine_(boot(config)) {}

    const Kernel& machine() const { return machine_; }
    std::size_t steps() const { return trace_.steps.size(); }
    std::uint64_t stores() const { return stores_; }

    // One more step, with the result that it must have. A result that the model does not give is left out of the trace
    // and counted; a step that cannot be played, or that a trace cannot say, is left out as a whole.
    void add(Pid pid, Operation op, std::optional<Result> expected = std::nullopt);
    // One more step that failed, or did nothing, with this result. It is in the trace only if the model gives the same;
    // if not, nothing has changed, and the reason is counted. Returns whether it is.
    bool add_without_effect(Pid pid, Operation op, Result result);
    // The same for one that failed with this error after it had done what it could.
    bool add_done_in_part(Pid pid, Operation op, Errno error);
    // The process ends. Written only when something else happens afterwards; forget_exits() leaves it out instead: a
    // trace ends with its last processes alive, so that there is something to look at.
    void exit(Pid pid);
    void forget_exits();
    // A comment before the next step.
    void remark(std::string_view text) { trace_.remarks.push_back({trace_.steps.size(), printable(text), 0}); }
    void leave_out(std::string_view reason, std::uint64_t n = 1) { left_out_[printable(reason)] += n; }

    // The parts of the range that are mapped, without the gaps.
    std::vector<ByteRange> mapped(Pid pid, std::uint64_t start, std::uint64_t end) const;
    // Stores to at most `n` pages of the range, spread from the first to the last, where the process may write and has
    // not written yet. The byte depends on the length of the range and the place in it only: ranges of one length have
    // equal pages, as buffers and stacks of threads have.
    void touch(Pid pid, std::uint64_t start, std::uint64_t end, unsigned n);
    // `* walk` for at most `n` KSM pages: half of them, if there are so many, merged where address and offset differ.
    void walks(unsigned n);

    // The trace, and what was left out, most frequent first.
    Trace take_trace() { return std::move(trace_); }
    std::vector<std::pair<std::string, std::uint64_t>> left_out() const;

  private:
    void play_exits();
    void play_step(Step step);
    Result play_on_both(const Step& step);
    bool try_on_twin(const Step& step);

    Kernel machine_;
    std::optional<Kernel> twin_; // plays what machine_ plays, and before it what may have to be undone
    std::uint64_t copied_ = 0;   // objects, by try_on_twin()
    Trace trace_;
    std::vector<Pid> exits_;
    std::map<std::string, std::uint64_t> left_out_;
    std::uint64_t stores_ = 0;
};

} // namespace model
