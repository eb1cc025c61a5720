#include "checker/walks/walks.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace checker::inline walks {

// One file each.
Strategy naive(), addr_shift(), two_pass(), remap_bit(), vm_pgoff(), linear_index(), linear_index_union(), orig_vma();

// Of mends.
Strategy tree_hit(), linear_index_fallback(), tree_hit_fallback();

namespace {

// THE list, in the order in which it is shown. The reference of a kind comes first; those of mends come last.
const auto& all_strategies() {
    static const std::array all{naive(),
                                addr_shift(),
                                two_pass(),
                                remap_bit(),
                                vm_pgoff(),
                                linear_index(),
                                linear_index_union(),
                                orig_vma(),
                                tree_hit(),
                                linear_index_fallback(),
                                tree_hit_fallback()};
    return all;
}
constexpr std::size_t of_mends = 3;

} // namespace

std::span<const Strategy> strategies() { return std::span(all_strategies()).first(all_strategies().size() - of_mends); }
std::span<const Strategy> mending_strategies() { return std::span(all_strategies()).last(of_mends); }

const Strategy* find_strategy(std::string_view name) {
    for (const Strategy& s : all_strategies())
        if (s.name == name) return &s;
    return nullptr;
}

const Strategy& reference(const Kind& kind) { return *std::ranges::find(strategies(), &kind, &Strategy::kind); }

std::vector<LayoutGroup> by_layout(std::span<const Strategy* const> of, const model::ItemLayout& own) {
    std::vector<LayoutGroup> groups;
    auto put = [&](const Strategy& s) {
        auto at = std::ranges::find(groups, layout_of(s, own), &LayoutGroup::layout);
        if (at == groups.end()) at = groups.insert(at, {layout_of(s, own), {}});
        if (std::ranges::find(at->strategies, &s) == at->strategies.end()) at->strategies.push_back(&s);
    };
    for (const Strategy* s : of) put(*s);
    if (of.empty())
        for (const Strategy& s : strategies()) put(s);
    return groups;
}

std::string table_row(const Strategy& s) {
    std::string asks;
    for (const Ask& ask : s.asks)
        asks += fmt::format("{}{}", asks.empty() ? "" : "; where that found too few, ", ask.words);
    const bool in_union = s.layout && s.layout->in_union;
    return fmt::format("| `{}` | {} | {}{} | {} | {} |", s.name, asks, s.stored.words,
                       in_union ? ", over oldchecksum, age and remaining_skips" : "", s.origin,
                       &s == &reference(*s.kind) ? "covers (it is the reference)" : to_string(s.claim));
}

} // namespace checker::inline walks
