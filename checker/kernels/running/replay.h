// The running kernel has the last word: traces played on it and on the model, compared after every operation.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "checker/kernels/probe/probe.h"
#include "checker/kernels/sight/observe.h"
#include "checker/kernels/sight/reach.h"
#include "model/trace/trace.h"

namespace checker::kernels {

struct LabOptions {
    Level level = Level::kernel;                   // at most
    bool force = false;                            // although KSM is in use by others
    std::optional<std::string> swap;               // a file to swap to
    const model::KernelVersion* against = nullptr; // the rules of the model; default: the running kernel's
};

// The machine, borrowed for a while. Everything is given back by its destructor, or by the way out (way_out.h).
struct Lab {
    Eyes eyes;
    std::optional<KsmControl> ksm;
    std::string why_no_ksm;
    std::optional<SwapControl> swap;
    std::string why_no_swap;
    model::Rules rules;                  // that the model plays by
    std::string release;                 // of the running kernel
    std::optional<std::string> repaired; // a line: what an rmapcheck that was killed had left, and is put back
    std::vector<std::string> remarks;    // lines: where the running kernel is not one that the model was compared with
};
// The rules are those of the running kernel's row in the table of versions; where its release is not the one that the
// model was compared with, probes are played.
Lab open_lab(const LabOptions& options);
// Plays every probe on the running kernel.
FoundRules probe_rules(Lab& lab, const model::Rules& assumed);

struct ReplayOptions {
    model::Config config;       // the rules are the lab's
    bool every_step = true;     // compare after every step, else after the last
    bool contents = true;       // and read a byte of every page
    bool observe_ksm = true;    // false: leave ksmd alone, and skip what needs it
    std::function<bool()> stop; // asked before every step: end here, and say that the rest is skipped
};

struct ReplayReport {
    enum class Status : std::uint8_t { agree, differ, skipped };
    Status status = Status::skipped;
    std::string reason;    // skipped: why
    std::size_t steps = 0; // that were played and agree
    std::size_t at = 0;    // differ, skipped: the index of the step
    std::vector<std::string> differences;
    std::string model_picture, live_picture; // differ: as text
    std::uint64_t walks = 0;                 // walks that were repeated on the kernel's structures
};

// Model and machine side by side, one step at a time.
class Duel {
  public:
    static Available<Duel> start(Lab& lab, const ReplayOptions& options, const Needs& needs);
    // Plays and compares one step; nothing means that the two agree. Throws model::BadInput if the model cannot play
    // it.
    std::optional<ReplayReport> step(const model::Step& step, bool look = true);
    const model::Kernel& model() const { return session_.machines.front().kernel; }
    const model::Result& last_result() const { return result_; } // the model's
    std::uint64_t walks() const;

  private:
    Duel(Lab& lab, const ReplayOptions& options, Executor executor, KsmControl* ksm);
    std::optional<ReplayReport> look();
    std::string text_of_model() const;

    Lab* lab_;
    ReplayOptions options_;
    Session session_; // every strategy: they are walked on the kernel's structures as well
    model::Result result_;
    Executor executor_;
    KsmControl* ksm_;
    KsmBefore before_;
    WalksCompared walks_;
    std::uint64_t lowest_; // address that anybody may map
};

// Throws model::BadInput as the model does.
ReplayReport replay(Lab& lab, const model::Trace& trace, const ReplayOptions& options);

} // namespace checker::kernels
