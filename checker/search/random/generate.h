// Random operations that depend on the state: where sequences come from.
//
// An operation is drawn field by field, by the type of each field (checker/search/random/fields.cpp), so that a new operation
// made of known types needs no code here. A field looks at the machine: addresses are few and used often, lengths end
// where a VMA ends, swap-outs hit pages that are mapped, and now and then an argument is wrong. The weights of
// operations and the habits of a run are drawn anew for each run, so that rare mixtures occur.
#pragma once

#include <array>
#include <bitset>
#include <optional>
#include <string_view>
#include <variant>
#include <vector>

#include "checker/support/random.h"
#include "model/ops.h"

namespace checker::inline search {

inline constexpr std::size_t operation_kinds = std::variant_size_v<model::Operation>;
using OperationSet = std::bitset<operation_kinds>; // by place in the list of operations

// The names of the operations, in the order of the list.
const std::array<std::string_view, operation_kinds>& operation_names();
// The place of a name in the list; operation_kinds if there is no such operation.
std::size_t operation_index(std::string_view name);

// What sequences may be made of.
struct Scope {
    std::uint32_t processes = 3; // at most, at a time
    std::uint32_t pages = 8;     // addresses are drawn from these, from first_page on
    std::uint32_t length = 80;   // operations of a run
    OperationSet operations = ~OperationSet{};
};
inline constexpr model::Vpn first_page{0x10};

// The habits of one run.
struct Mix {
    std::array<std::uint32_t, operation_kinds> weight{};
    std::uint32_t weights = 0;  // their sum
    std::uint32_t wrong = 0;    // so many operations of a hundred have a wrong argument
    std::uint32_t contents = 2; // bytes that pages are filled with
    std::uint32_t files = 0;    // so many mmaps of a hundred are of a file
    std::uint32_t strange = 0;  // so many mmaps and advices of a hundred are unusual ones
    bool noreserve = false;     // every mmap has MAP_NORESERVE, which makes more VMAs alike
    bool opening = true;        // begins with memory, advice, stores and scans
};
Mix draw_mix(Random& random, const Scope& scope);

// One run: its stream of random numbers, its habits, and how far it is.
struct Run {
    Random random;
    Mix mix{};
    std::uint32_t drawn = 0; // operations
    model::Pid last_pid = 1; // pids are not used again, as long as there are enough
};
Run start_run(std::uint64_t seed, std::uint64_t number, const Scope& scope);

// The next operation of a run on this machine; nothing if the drawn kind cannot be played now. Where the kernel would
// choose a result, the step states one; play it, and put the result that came out in its place (keep_told()).
std::optional<model::Step> draw_step(Run& run, const model::Kernel& k, const Scope& scope);

// A step states its result only where it must: after playing, what was chosen becomes what happened.
inline void keep_told(model::Step& step, const model::Result& result) {
    if (step.expected) step.expected = result;
}

} // namespace checker::inline search
