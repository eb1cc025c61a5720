// The smallest sequence with the same disagreement.
//
// Smaller is an order on sequences (checker/search/shrink/size.h): fewer operations, then fewer processes, then simpler
// fields, then the order of text. Every move proposes a sequence; it is taken if it is smaller and its last state still
// has a disagreement with the same cause. Since every step goes down in one total order, and the moves go far beyond
// deleting, different starts mostly end in the same place.
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "checker/judge/cause.h"
#include "model/ops.h"

namespace checker::inline search {

// Is what must be kept still there at the end of the sequence? It may take out steps that cannot be played, and puts the
// results that came out in place of those that were told.
using StillThere = std::function<bool(std::vector<model::Step>&)>;

struct Minimized {
    std::vector<model::Step> steps;
    std::uint64_t tries = 0; // sequences played
    bool finished = true;    // else the time was up: it may not be minimal
};

// `steps` must have what is to be kept; it is returned as it came if it does not. Stops after so many seconds, or when
// the user interrupts.
Minimized minimize(std::vector<model::Step> steps, const StillThere& still_there, double seconds);

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

// What shows one cause may show another: each case is tried with the sequences of the others, and takes a smaller one.
void minimize_by_each_other(std::vector<MinimalCase>& cases, const model::Config& config, double seconds);

// The first disagreement of a strategy along a sequence: at its walks, or else in its last state. Nothing if there is none.
struct FirstDisagreement {
    Disagreement disagreement;
    std::size_t steps = 0; // how many were played
};
std::optional<FirstDisagreement> first_disagreement(const std::vector<model::Step>& steps, const model::Config& config,
                                                    const Strategy& strategy);

} // namespace checker::inline search
