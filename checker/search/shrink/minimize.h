// The smallest sequence with the same disagreement: its last state still has one with the same cause. Since every step
// of the shrinker (checker/search/shrink/shrink.h) goes down in one total order, and its moves go far beyond deleting,
// different starts mostly end in the same place.
#pragma once

#include <optional>
#include <vector>

#include "checker/judge/cause.h"
#include "checker/judge/security.h"
#include "checker/search/shrink/shrink.h"
#include "model/ops.h"
#include "model/trace/trace.h"

namespace checker::inline search {

// Does a sequence end in a disagreement with this cause?
class CauseTest {
  public:
    CauseTest(const model::Config& config, const Cause& cause);
    bool operator()(std::vector<model::Step>& steps);
    // The entry that it was met on last; of several the first.
    MappedAt entry() const { return entry_; }
    // Where to look first.
    void expect_at(MappedAt entry) { entry_ = entry; }

  private:
    Cause cause_;
    model::Kernel booted_, k_;
    MappedAt entry_;
};

// A sequence that ends in a disagreement, made minimal. With the walk that shows it as its last step.
struct MinimalCase {
    Cause cause;
    MappedAt entry;
    std::vector<model::Step> steps;
    std::uint64_t tries = 0;
    std::size_t steps_before = 0;
    bool finished = true;
};
MinimalCase minimize_disagreement(std::vector<model::Step> steps, const model::Config& config, const Disagreement& d,
                                  double seconds);

// The same for a state that must never be. The last step is the one that leads there.
struct MinimalSecurity {
    SecurityCause cause;
    std::vector<MappedAt> entries; // that are stale
    std::vector<model::Step> steps;
    std::uint64_t tries = 0;
    std::size_t steps_before = 0;
    bool finished = true;
};
MinimalSecurity minimize_security(std::vector<model::Step> steps, const model::Config& config,
                                  const SecurityCause& cause, double seconds);
// The trace, with a comment that says why, and what it expects.
model::Trace security_trace(const MinimalSecurity& m, const model::Config& config);

// What shows one cause may show another: each case is tried with the sequences of the others, and takes a smaller one.
void minimize_by_each_other(std::vector<MinimalCase>& cases, const model::Config& config, double seconds);

// The first disagreement of a strategy along a sequence: at its walks, or else in its last state. Nothing if there is
// none.
struct FirstDisagreement {
    Disagreement disagreement;
    std::size_t steps = 0; // how many were played
};
std::optional<FirstDisagreement> first_disagreement(const std::vector<model::Step>& steps, const model::Config& config,
                                                    const Strategy& strategy);

} // namespace checker::inline search
