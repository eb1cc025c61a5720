// The catalogue of walk strategies: candidate ways for rmap_walk_ksm() to choose what it visits.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "checker/walks/mapped_at.h"
#include "model/rmap.h"

namespace checker::inline walks {

// What a strategy promises, and what the judge holds it to.
enum class Claim : std::uint8_t {
    exact,   // finds every entry that exists
    covers,  // finds every entry that `naive` finds
    refuted, // is known to miss an entry that `naive` finds; must be caught again wherever a witness is played
};
constexpr std::string_view to_string(Claim c) {
    return c == Claim::exact ? "exact" : c == Claim::covers ? "covers" : "refuted";
}

// What one walk of one strategy found.
struct WalkResult {
    std::vector<MappedAt> found; // entries that map the folio, in order, each once
    model::WalkCost cost;
    bool touched_freed_vma = false; // in a kernel: a use after free
};

struct Strategy {
    std::string_view name;
    std::string_view idea;   // one line
    std::string_view origin; // where it was proposed
    Claim claim = Claim::refuted;
    std::string_view known;                                 // what is known of it, one line
    model::ItemLayout layout = model::ItemLayout::separate; // the machine that it needs
    WalkResult (*walk)(const model::Kernel&, model::Id<model::Folio>) = nullptr;
};

// THE list is in walks.cpp.
std::span<const Strategy> strategies();
// None if there is no such name.
const Strategy* find_strategy(std::string_view name);
// The reference: naive.
const Strategy& reference();

} // namespace checker::inline walks
