// What "sound" means, on one screen: a walk is held to the truth, and to what the reference finds.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "checker/walks/walks.h"

namespace checker::inline judge {

enum class Lifetime : std::uint8_t {
    none,  // nothing is missed
    point, // every miss ends when what is in flight is over
    heals, // full scans with nothing else running end every miss
    stays, // they do not
};

constexpr std::string_view to_string(Lifetime l) {
    constexpr std::string_view words[] = {"", "passes", "heals", "stays"};
    return words[static_cast<std::size_t>(l)];
}

struct Verdict {
    const Strategy* strategy = nullptr;
    std::uint32_t at = 0;            // the line of the trace
    MappedAt page;                   // the entry by which the page was named
    std::vector<MappedAt> missed;    // entries that exist and were not found
    std::vector<MappedAt> regressed; // of these, the ones that the reference finds
    std::uint64_t found = 0;
    std::uint64_t mapped = 0; // entries that exist
    model::WalkCost cost;
    bool touched_freed_vma = false;
    Lifetime lifetime = Lifetime::none;
};

// What one walk is worth, given the entries that exist and those that the reference finds, all in order.
Verdict verdict_on(const Strategy& s, const WalkResult& walk, std::span<const MappedAt> truth,
                   std::span<const MappedAt> reference_finds);

// Does the verdict refute that the strategy finds at least what the reference finds?
inline bool refutes(const Verdict& v) { return !v.regressed.empty() || v.touched_freed_vma; }
// Does the verdict break the strategy's own claim? A refuted strategy has nothing left to break.
bool breaks_claim(const Verdict& v);

} // namespace checker::inline judge
