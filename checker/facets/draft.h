// What a random operation is drawn from: the bounds of its sequence, the habits of its run, the machine, and what was
// drawn before.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "checker/facets/kinds.h"
#include "checker/support/random.h"
#include "model/ops.h"

namespace checker::inline facets {

// What sequences may be made of.
struct DrawScope {
    std::uint32_t processes = 3; // at most, at a time
    std::uint32_t pages = 8;     // addresses are drawn from these, from first_page on
    std::uint32_t length = 80;   // operations of a run
    bool about_files = false;    // every run is about shared files; else one of sixteen
    std::uint32_t flights = 0;   // operations in flight at a time, at most, in the runs that have any
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
    std::uint32_t shared = 0;   // so many of these shared; only in runs about files
    std::uint32_t strange = 0;  // so many mmaps and advices of a hundred are unusual ones
    bool noreserve = false;     // every mmap has MAP_NORESERVE, which makes more VMAs alike
    bool opening = true;        // begins with memory, advice, stores and scans
};

// An operation in the making: what its fields can look at, and what those before them were.
struct Draft {
    Random& random;
    const model::Kernel& k;
    const DrawScope& scope;
    const Mix& mix;
    model::Pid& last_pid;      // that the run gave to a child
    model::Id<model::Mm> mm{}; // whose addresses: the caller, or the process named by a PidArg
    bool by_kernel = false;
    bool mapped = true;          // the operation is about memory that is there
    bool wrong = false;          // some field is to be wrong
    std::uint32_t addresses = 0; // fields of that type drawn so far
    std::uint32_t lengths = 0;
    model::Vpn at{};          // the first address
    std::uint64_t length = 0; // the first length, in bytes
    std::uint64_t map_flags = 0;
};

// Is this field the one that is to be wrong? So many times of a hundred, if some field is.
inline bool goes_wrong(Draft& d, std::uint32_t percent) {
    if (!d.wrong || !d.random.percent(percent)) return false;
    d.wrong = false;
    return true;
}
inline std::uint64_t pages_up_to(Draft& d, std::uint32_t most) { return std::uint64_t{1} + d.random.below(most); }
inline model::Vpn pool_page(Draft& d) { return first_page + model::Pages{d.random.below(d.scope.pages)}; }

// A live process, each as likely; none if there is none.
model::Id<model::Mm> draw_process(Random& random, const model::Kernel& k);
// A VMA of the process, by a page of the pool at or below it; none if there is none.
model::Id<model::Vma> draw_vma(Draft& d);
// Where the kernel could put so many bytes: a free range of the process near the pool, or ENOMEM.
model::Result draw_place(Draft& d, std::uint64_t length);

} // namespace checker::inline facets
