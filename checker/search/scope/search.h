// The breadth-first search itself: levels of states, and the threads that expand them.
#pragma once

#include <atomic>
#include <exception>
#include <set>
#include <vector>

#include "checker/search/scope/explore.h"
#include "checker/search/scope/visited.h"
#include "checker/search/scope/words.h"
#include "model/canonical.h"

namespace checker::inline search::scope {

class Exploration {
  public:
    Exploration(const Scope& scope, model::ItemLayout layout, std::vector<const Strategy*> strategies,
                const ExploreLimits& limits);

    ExploreReport run(const std::function<void(const ExploreProgress&)>& progress);

  private:
    // A state in which a strategy fails.
    struct Refuting {
        Fingerprint f;
        std::uint32_t strategies;
    };
    // A thread, and the machines it works on.
    struct Worker {
        std::vector<model::Kernel> path;    // by depth: the states that lead to the one being expanded
        std::vector<std::uint64_t> indices; // of these, in their levels
        std::size_t valid = 0;              // how many of them are of the path
        model::Kernel scratch;
        model::Canonicalizer canonicalizer;
        std::vector<Refuting> refuting;
        std::vector<Fingerprint> stale;
        unsigned begun = 0;     // operations, on the path
        std::size_t trying = 0; // the step of the catalog that is being played
        std::exception_ptr error;
        std::vector<model::Step> error_steps;
    };
    bool expand_level(unsigned depth, const std::function<void(const ExploreProgress&)>& progress);
    std::uint64_t expand_or_tell(Worker& w, unsigned depth, std::uint64_t index);
    std::uint64_t expand(Worker& w, unsigned depth, std::uint64_t index);
    enum class Tried : std::uint8_t { played, waits, no_room };
    Tried try_step(Worker& w, unsigned depth, std::uint64_t index, std::size_t step);
    const model::Kernel& state(Worker& w, unsigned depth, std::uint64_t index);
    Fingerprint fingerprint_of(Worker& w, const model::Kernel& k) const;
    void note_if_refuting(Worker& w, const model::Kernel& k, Fingerprint f);
    bool gather(unsigned depth);
    void settle(unsigned depth);
    std::vector<model::Step> steps_to(Place place) const;
    std::vector<Disagreement> disagreements(const Strategy* s, const std::vector<model::Step>& steps) const;
    void note_security(const std::vector<std::pair<Place, Fingerprint>>& stale);
    void add_counterexamples(const Strategy* s, Place place);
    bool of_scope(const model::Step& step) const;
    void simplify(Counterexample& c, const std::vector<model::Step>& steps) const;
    std::uint64_t memory_used() const;
    bool is_shared(unsigned depth) const { return depth + 1 == scope_.depth && !limits_.shard.all(); }
    void name_last_states();

    Scope scope_;
    ExploreLimits limits_;
    Catalog catalog_;
    model::Kernel start_;
    std::vector<WordArray> levels_; // the places of the states at each depth, in order
    Visited visited_;
    std::vector<Worker> workers_;
    std::uint32_t asked_ = 0; // strategies that are still to be refuted
    std::set<Cause> causes_;  // of the counterexamples
    ExploreReport report_;
    Engine engine_;
    std::atomic<std::uint64_t> at_rest_{0}, sum_at_rest_{0}; // AtRest
    std::atomic<std::uint64_t> expanded_{0}, transitions_{0}, fresh_{0}, judged_{0};
};

// The step as it is played here: fork() takes the least free pid from 2 on.
model::Step as_played(const model::Kernel& k, const model::Step& step);

} // namespace checker::inline search::scope
