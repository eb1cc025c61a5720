// Explores every sequence of operations up to a bound, shortest first.
//
// The search goes by depth: all states after n operations, then all after n + 1. A state that was met before is not
// expanded again, and states that differ only in names are one (model/canonical.h, Symmetry::all). The answer for a
// strategy is therefore either a sequence that refutes it and has the fewest operations of all in the scope, or: none
// exists in this scope. A search that was cut short says what it covered, and claims no more.
//
// Nothing of a state is kept but its fingerprint and the step that led to it (16 bytes and 8 bytes): a state is built
// again by playing the steps from the start. Neighbours in the frontier share almost all of them, so that this costs
// one or two operations for each state, beside the dozens that are then tried in it.
#pragma once

#include <array>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "checker/judge/cause.h"
#include "checker/judge/judge.h"
#include "checker/judge/security.h"
#include "checker/search/engine.h"
#include "checker/search/scope/scope.h"
#include "checker/search/shard.h"

namespace checker::inline search {

// A sequence as `minimize` would choose it, with the walk that shows the disagreement as its last step.
struct Simplified {
    std::vector<model::Step> steps;
    MappedAt entry;
};
// Makes a shortest sequence simpler; nothing if it cannot tell. Handed in from above: minimizing knows of exploring.
using Simplify =
    std::function<std::optional<Simplified>(const std::vector<model::Step>& steps, const Disagreement& shown)>;

struct ExploreLimits {
    unsigned threads = 0;                          // 0: as many as the machine has
    std::uint64_t memory = std::uint64_t{4} << 30; // bytes, for the visited set and the frontier
    std::uint64_t frontier_memory = 0;             // bytes of these for the frontier, before it goes to disk; 0: a 32nd
    double seconds = 0;                            // 0: as long as it takes
    bool all = false;                              // go on after the first refutation: one for each cause
    bool paranoid = false;                         // check every invariant of the model in every state
    Shard shard;                                   // of the states from which the last operations are played
    Simplify simplify;                             // each counterexample, if the scope has what comes of it
};

// A shortest sequence that refutes a strategy.
struct Counterexample {
    const Strategy* strategy = nullptr;
    model::Trace trace;      // the start of the scope, the operations, a walk
    unsigned operations = 0; // without the start and the walk
    Cause cause;
    MappedAt entry;                            // that is missed
    std::uint64_t states = 0, transitions = 0; // of the certificate: all shorter sequences
    std::uint64_t place = 0;                   // of the state that shows it: the least is found first

    bool reads_freed_vma() const { return cause.facts[static_cast<std::size_t>(Fact::kind)] == 3; }
    bool costs_too_much() const { return cause.facts[static_cast<std::size_t>(Fact::kind)] == kind_over_bound; }
};

// A state by what all searches call it: the two words of its fingerprint.
using StateName = std::array<std::uint64_t, 2>;

// A shortest sequence to a state that must never be, by cause.
struct ExploredSecurity {
    SecurityCause cause;
    model::Trace trace; // the start of the scope, and the operations
    unsigned operations = 0;
    std::uint64_t place = 0; // as of a counterexample
    StateName state{};
};

// Which states were met in which nothing is in flight: their number, and the sum of their fingerprints.
struct AtRest {
    std::uint64_t states = 0, sum = 0;
    friend bool operator==(const AtRest&, const AtRest&) = default;
};

struct ExploreReport {
    AtRest at_rest;
    std::vector<ExploredSecurity> security; // in order of length; the states are not gone on from
                                            // (of each cause one; of a share all states of the last operations)
    scope::Scope scope;
    model::ItemLayout layout;
    std::vector<const Strategy*> strategies; // that were judged
    End end = End::exhausted;
    std::string reason;                        // of `defect` and `out_of_memory`; else empty
    std::vector<model::Step> defect;           // the steps that showed it
    unsigned complete = 0;                     // every sequence of so many operations was played
    std::uint64_t of_next = 0, in_next = 0;    // states at that depth: expanded, and all
    std::vector<std::uint64_t> states_at;      // new states, by depth
    std::vector<std::uint64_t> transitions_at; // played from states of that depth
    std::uint64_t states = 0, transitions = 0, judged = 0;
    std::uint64_t bytes = 0, bytes_on_disk = 0;
    double seconds = 0;
    std::vector<Counterexample> counterexamples; // in order of length

    bool shared = false;             // of the last operations, a share was played; all counts are those of the share
    std::vector<StateName> met_last; // new states of that share, in order

    double collisions() const; // the probability that two states had one fingerprint
};

double collisions_among(std::uint64_t states);

// "no", "yes", or that the search cannot tell.
enum class InScope : std::uint8_t { none, refuted, cannot_tell };
InScope in_scope(const ExploreReport& report, const Strategy* strategy);

struct ExploreProgress {
    unsigned depth = 0;
    std::uint64_t states = 0, transitions = 0, frontier = 0, done = 0, bytes = 0;
    double seconds = 0;
};

// One search; every strategy must need the given layout. `progress` is called a few times a second.
ExploreReport explore_scope(const scope::Scope& scope, model::ItemLayout layout,
                            std::vector<const Strategy*> strategies, const ExploreLimits& limits,
                            const std::function<void(const ExploreProgress&)>& progress = {});

// One search for each layout that the strategies need. An empty list means all of KSM pages.
std::vector<ExploreReport> explore_all(const scope::Scope& scope, std::vector<const Strategy*> strategies,
                                       const ExploreLimits& limits,
                                       const std::function<void(const ExploreProgress&)>& progress = {});

// The statement that a report supports, for one strategy. It can be quoted: the scope is in it.
std::string statement(const ExploreReport& report, const Strategy* strategy);
// The certificate of one counterexample: that there is no shorter one.
std::string statement(const ExploreReport& report, const Counterexample& c);

// That nothing was found, in a scope that was searched whole.
std::string statement_of_none(const std::string& scope, const Strategy& s, std::uint64_t states,
                              std::uint64_t transitions);

// --- a tier of the gate

struct ExploreTier {
    struct Row {
        const Strategy* strategy = nullptr;
        InScope found = InScope::cannot_tell;
        std::string statement;
        std::optional<Counterexample> shortest;
    };
    std::vector<Row> rows;            // one for each strategy, in the order given
    std::vector<scope::Scope> scopes; // of each kind among them
    std::uint64_t states = 0, transitions = 0;
    double seconds = 0;
};
// The default scope of each kind under these rules, or what of it the budget allows.
ExploreTier run_explore_tier(std::span<const Strategy* const> strategies, const model::Rules& rules,
                             double budget_seconds, const std::function<void(const ExploreProgress&)>& progress = {});

} // namespace checker::inline search
