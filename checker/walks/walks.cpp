#include "checker/walks/walks.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace checker::inline walks {

std::span<const Kind* const> kinds() {
    static constexpr std::array all{&ksm, &anon, &file_backed};
    return all;
}

// One file each.
Strategy naive(), addr_shift(), two_pass(), remap_bit(), vm_pgoff(), linear_index(), linear_index_union(), orig_vma();
// Of ordinary pages.
Strategy anon_index(), anon_root(), anon_vm_pgoff(), anon_child(), anon_own(), anon_no_widen(), anon_no_copy(),
    anon_lazy();
// Of pages of files.
Strategy file_index(), file_anon_pgoff(), file_anon_address(), file_from_start(), file_shared_only(),
    file_one_of_process();
// Of mends.
Strategy tree_hit(), linear_index_fallback(), tree_hit_fallback();

namespace {

// THE list, by kind, in the order in which it is shown. The reference of a kind comes first; those of mends come last.
const auto& all_strategies() {
    static const std::array all{naive(),
                                addr_shift(),
                                two_pass(),
                                remap_bit(),
                                vm_pgoff(),
                                linear_index(),
                                linear_index_union(),
                                orig_vma(),
                                anon_index(),
                                anon_root(),
                                anon_vm_pgoff(),
                                anon_child(),
                                anon_own(),
                                anon_no_widen(),
                                anon_no_copy(),
                                anon_lazy(),
                                file_index(),
                                file_anon_pgoff(),
                                file_anon_address(),
                                file_from_start(),
                                file_shared_only(),
                                file_one_of_process(),
                                tree_hit(),
                                linear_index_fallback(),
                                tree_hit_fallback()};
    return all;
}
constexpr std::size_t of_mends = 3;

} // namespace

std::span<const Strategy> every_strategy() {
    return std::span(all_strategies()).first(all_strategies().size() - of_mends);
}
std::span<const Strategy> mending_strategies() { return std::span(all_strategies()).last(of_mends); }

std::span<const Strategy> strategies(const Kind& kind) {
    const auto of_kind = [&](const Strategy& s) { return s.kind == &kind; };
    const auto first = std::ranges::find_if(every_strategy(), of_kind);
    return {first, std::find_if_not(first, every_strategy().end(), of_kind)};
}

const Strategy* find_strategy(std::string_view name) {
    for (const Strategy& s : all_strategies())
        if (s.name == name) return &s;
    return nullptr;
}

const Strategy& reference(const Kind& kind) { return *std::ranges::find(every_strategy(), &kind, &Strategy::kind); }

std::vector<const Strategy*> all_of(std::span<const Strategy> list) {
    std::vector<const Strategy*> all;
    for (const Strategy& s : list) all.push_back(&s);
    return all;
}

std::vector<const Kind*> kinds_of(std::span<const Strategy* const> list) {
    std::vector<const Kind*> of;
    for (const Kind* kind : kinds())
        if (std::ranges::find(list, kind, &Strategy::kind) != list.end()) of.push_back(kind);
    return of;
}

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
                       std::string(to_string(s.claim)) + (is_reference(s) ? " (it is the reference)" : ""));
}

} // namespace checker::inline walks
