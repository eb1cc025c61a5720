// What "sound" means, on one screen: a walk is held to the truth, and to what the reference finds.
#pragma once

#include <span>
#include <string>
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
    std::vector<MappedAt> regressed; // of these, the ones that are owed: that the reference finds, of an exact walk all
    std::uint64_t found = 0;
    std::uint64_t mapped = 0; // entries that exist
    model::WalkCost cost;
    std::uint64_t allowed = UINT64_MAX; // VMAs that the strategy's bound lets the walk visit (checker/judge/bound.h)
    bool touched_freed_vma = false;
    Lifetime lifetime = Lifetime::none;
};

// What one walk is worth, given the entries that exist and those that the reference finds, all in order.
Verdict verdict_on(const Strategy& s, const WalkResult& walk, std::span<const MappedAt> truth,
                   std::span<const MappedAt> reference_finds, std::uint64_t allowed = UINT64_MAX);

// Did the walk visit more VMAs than its strategy says that it may? Whatever else is known of it: its claim is wrong.
inline bool costs_too_much(const Verdict& v) { return v.cost.all.visited > v.allowed; }
// "NAME visits 12 VMAs, and its bound allows 2: …"
std::string cost_text(const Verdict& v);

// Does the verdict refute that the strategy finds what it owes, at the cost that it says?
inline bool refutes(const Verdict& v) { return !v.regressed.empty() || v.touched_freed_vma || costs_too_much(v); }
// Does the verdict break the strategy's own claim? A refuted strategy has nothing left to break but its bound.
bool breaks_claim(const Verdict& v);

} // namespace checker::inline judge
