// Random operations that depend on the state: where sequences come from.
//
// An operation is drawn field by field, by the type of each field (checker/facets/fields/), so that a new operation
// made of known types needs no code here. A field looks at the machine: addresses are few and used often, lengths end
// where a VMA ends, swap-outs hit pages that are mapped, and now and then an argument is wrong. The weights of
// operations and the habits of a run are drawn anew for each run, so that rare mixtures occur.
#pragma once

#include <optional>

#include "checker/facets/draft.h"
#include "checker/support/random.h"
#include "model/ops.h"

namespace checker::inline search {

// Is a run of this number about shared files? The others are drawn as if there were none.
constexpr bool is_about_files(std::uint64_t number) { return number % 16 == 10; }
Mix draw_mix(Random& random, const DrawScope& scope, bool about_files = false);

// One run: its stream of random numbers, its habits, and how far it is.
struct Run {
    Random random;
    Mix mix{};
    std::uint32_t drawn = 0;   // operations
    std::uint32_t flights = 0; // that it may have at a time; most runs have none
    bool shared = false;       // its pages are shared before any is merged
    model::Pid last_pid = 1;   // pids are not used again, as long as there are enough
};
Run start_run(std::uint64_t seed, std::uint64_t number, const DrawScope& scope);

// How many operations may a run of this number have in flight at a time? Most have none, and of the others most one.
std::uint32_t flights_of_run(std::uint64_t number, const DrawScope& scope);

// The next operation of a run on this machine; nothing if the drawn kind cannot be played now. Where the kernel would
// choose a result, the step states one; play it, and put the result that came out in its place (keep_told()).
// Where something is in flight it may have to wait (model::WouldWait).
std::optional<model::Step> draw_step(Run& run, const model::Kernel& k, const DrawScope& scope);

// A step states its result only where it must: after playing, what was chosen becomes what happened.
inline void keep_told(model::Step& step, const model::Result& result) {
    if (step.expected) step.expected = result;
}

} // namespace checker::inline search
