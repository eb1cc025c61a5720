// The smallest sets that lose nothing along any of a pool of sequences.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "checker/mend/loss.h"
#include "model/trace/trace.h"

namespace checker::inline mend {

// A sequence that sets are tried against.
struct TriedSequence {
    std::string name; // the trace's path, or what found it
    std::vector<model::Step> steps;
};

class Lattice {
  public:
    Lattice(const model::Rules& rules, Goal goal, PieceSet pieces);

    // Sets are tried against it from now on.
    void add(TriedSequence sequence) { pool_.push_back(std::move(sequence)); }
    const std::vector<TriedSequence>& pool() const { return pool_; }

    // The minimal sets that nothing of the pool refutes, the smaller ones first. `stop` is asked between sets: where it
    // says so, the answer is what is known by then. Sets that were refuted are not tried again, nor the sets that were
    // not against what they were tried with.
    std::vector<PieceSet> frontier(const std::function<bool()>& stop = {});
    // The sequence of the pool that refutes a set; null if none was met.
    const TriedSequence* refuted_by(PieceSet set) const;
    // It was refuted by what is not in the pool.
    void refute(PieceSet set) { known_[set].refuted = true; }
    // The shortest sequence of the pool that refutes a set; null if none does.
    const TriedSequence* shortest_against(PieceSet set) const;
    // How many sets were tried so far, and sequences played.
    std::uint64_t sets() const { return known_.size(); }
    std::uint64_t played() const { return played_; }

  private:
    struct Known {
        std::size_t tried = 0;     // sequences of the pool
        std::size_t by = SIZE_MAX; // of the pool
        bool refuted = false;
    };
    bool survives(PieceSet set);

    model::Rules rules_;
    Goal goal_;
    std::vector<PieceSet> sets_; // all, smaller first
    std::vector<TriedSequence> pool_;
    std::vector<std::size_t> useful_; // of the pool, those that refuted something last first
    std::map<PieceSet, Known> known_;
    std::uint64_t played_ = 0;
};

// Of the subsets of these pieces that lose nothing along a sequence, those of the smallest size; none where all lose
// something.
std::vector<PieceSet> smallest_that_end(std::span<const model::Step> steps, const model::Rules& rules, Goal goal,
                                        PieceSet pieces);

} // namespace checker::inline mend
