// The catalogue of walk strategies: candidate ways for a reverse mapping walk to choose what it visits.
//
// A strategy is data. To add one: its file, which returns its plan, and its line in walks.cpp. Whatever else knows
// strategies reads the plan.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "checker/walks/facts.h"
#include "checker/walks/kinds/kinds.h"
#include "checker/walks/mapped_at.h"
#include "checker/walks/plan.h"

namespace checker::inline walks {

// What a strategy promises, and what the judge holds it to.
enum class Claim : std::uint8_t {
    exact,   // finds every entry that exists
    covers,  // finds every entry that the reference finds
    refuted, // is known to miss an entry that the reference finds; must be caught again wherever a witness is played
};
constexpr std::string_view to_string(Claim c) {
    return c == Claim::exact ? "exact" : c == Claim::covers ? "covers" : "refuted";
}

struct Strategy {
    std::string_view name{};
    std::string_view idea{};   // one line
    std::string_view origin{}; // where it was proposed
    const Kind* kind = &ksm;   // of folios that it walks
    Stored stored{};           // in an rmap_item, at merge
    FolioAsk of_folio{};       // of a kind to which no rmap_item leads; `asks` and `bound` are words then
    FolioBound cost_of_folio = FolioBound::of_folio;
    FileAsk of_file{}; // of pages of files
    // One after the other: the next only where those before found fewer entries than the folio has mappings.
    std::vector<Ask> asks{};
    bool counts_own_places = false; // model::WalkDriver
    // What they may cost, one for each; of those after the first only where what the ones before may visit maps the
    // folio fewer times than it has mappings.
    std::vector<MayVisit> bound{};
    std::optional<model::ItemLayout> layout{}; // of rmap_items, that it needs; none: the kernel's own will do
    // What names the cause of a loss; what is not known to be beside the point.
    std::vector<Fact> facts{Fact::leads, Fact::record, Fact::word,   Fact::offset,
                            Fact::base,  Fact::memory, Fact::arrival};
    Claim claim = Claim::refuted;
    bool (*refuted_under)(const model::Rules&) = nullptr; // null: a refuted one is under all rules
    std::string_view known{};                             // what is known of it, one line
    std::string_view theorem{};                           // that is about it (rmapcheck prove); empty: none

    WalkResult walk(const model::Kernel& k, model::Id<model::Folio> folio, WalkWatch* watch = nullptr) const {
        return kind->walk(k, folio, *this, watch);
    }
};

// Lets a strategy drive reclaim and migration.
model::WalkDriver driver_of(const Strategy& s);

// THE list is in walks.cpp. Of a kind, in the order in which they are shown.
std::span<const Strategy> strategies(const Kind& kind = ksm);
// Of all kinds, KSM pages first.
std::span<const Strategy> every_strategy();
// Those that are pieces of a mend (model::Mends has the others): judged where they are named.
std::span<const Strategy> mending_strategies();
std::vector<const Strategy*> all_of(std::span<const Strategy> list);
// The kinds of these strategies, in the order of THE list of kinds.
std::vector<const Kind*> kinds_of(std::span<const Strategy* const> list);
// None if there is no such name.
const Strategy* find_strategy(std::string_view name);
// What the strategies of a kind are held to: the first of the list. Of KSM pages: naive.
const Strategy& reference(const Kind& kind = ksm);
inline bool is_reference(const Strategy& s) { return &s == &reference(*s.kind); }
// What it claims under these rules: one that they do not refute covers.
inline Claim claim_under(const Strategy& s, const model::Rules& rules) {
    return s.claim == Claim::refuted && s.refuted_under && !s.refuted_under(rules) ? Claim::covers : s.claim;
}

// The layout of rmap_items on which a strategy is judged, on a kernel whose own is `own`.
inline const model::ItemLayout& layout_of(const Strategy& s, const model::ItemLayout& own) {
    return s.layout ? *s.layout : own;
}
// Strategies that can be judged on one machine.
struct LayoutGroup {
    model::ItemLayout layout;
    std::vector<const Strategy*> strategies;
};
// Every strategy of a list (of an empty list: all of KSM pages) is in exactly one group; a layout in only one. In the
// order of the list.
std::vector<LayoutGroup> by_layout(std::span<const Strategy* const> of = {}, const model::ItemLayout& own = {});

// The row of the table in docs/walks.md.
std::string table_row(const Strategy& s);

} // namespace checker::inline walks
