// THE table of kernels: which releases the model knows, and by what they differ. To add a kernel: its row; where it
// does something that no row does, a rule (a field, its name below, a line in checker/kernels/probe/probe.cpp, a
// mutant).
#pragma once

#include <compare>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace model {

// Every difference between versions that the model knows, by what it does. Evidence: docs/kernel-map.md. A rule that is
// not named does not hold.
struct Rules {
    // A faulted range may join an unfaulted neighbour, which then takes over its anon_vma (since 6.16).
    bool faulted_joins_unfaulted = false;
    // VM_MERGEABLE of a process that merges everything is set before mmap and brk look for a neighbour (since 6.17).
    bool merge_any_before_merge = false;
    // mremap with MREMAP_FIXED and equal length moves every VMA of a range (since 6.17).
    bool mremap_moves_many = false;
    // mremap with MREMAP_FIXED unmaps the destination before it looks at the source (until 6.16).
    bool mremap_unmaps_destination_first = false;
    // MREMAP_DONTUNMAP wants old_len and new_len to be equal as they were passed (seen in 6.12 stable:
    // SYSCALL_DEFINE5(mremap)); later, in pages (seen in 6.18: check_mremap_params()).
    bool dontunmap_compares_bytes = false;
    // MREMAP_DONTUNMAP of a whole anonymous VMA sets the offset of what stays to its own page number (6.12 stable, and
    // since 7.0 or later).
    bool dontunmap_resets_pgoff = false;
    // MREMAP_DONTUNMAP of an unwritten range may merge the copy with its own source (until 6.18; not in
    // 6.12 stable).
    bool dontunmap_merges_with_source = false;
    // MREMAP_DONTUNMAP of a part of a locked VMA splits that part off first, so that only it loses VM_LOCKED (6.12
    // stable: move_vma(); 7.2: needs_pre_split()).
    bool dontunmap_presplits_locked = false;
    // Every mremap asks first whether the VMAs that it may make have room, before it looks at the source, and asks
    // again for each VMA that it moves (7.0 to 7.2: check_map_count_against_split_early(), prep_move_vma()). Before,
    // only a move to a stated place was asked first.
    bool mremap_counts_early = false;
    // anon_vma_clone() makes a chain in the reverse order of its source, and of the anon_vmas that a fork may reuse it
    // takes the first in the source's order (since 7.0). Before: the same order, and the oldest.
    bool clone_reverses_chain = false;
    // madvise knows guard regions (since 6.13, of files since 6.15), which give a VMA an anon_vma without a page.
    bool guard_regions = false;
    // They mark the VMA: VM_MAYBE_GUARD is no bar to a merge, sticks to the survivor, and makes fork copy page tables;
    // a file's VMA gets no anon_vma any more (since 7.0, and 6.18 stable).
    bool guard_marks_vma = false;
    // A page that is swapped in by its only user is exclusive to it, whatever the swap entry says (until 6.19).
    bool swap_in_sole_is_exclusive = false;
    // A VMA has an anonymous page offset beside vm_pgoff (since 7.3): arithmetic/pgoff.h.
    bool separate_anon_pgoff = false;
    // What the scanner knows of an rmap_item shares its memory with the index recorded at merge: a listed item is never
    // aged nor skipped, and unlisting clears all (since 7.3: should_skip_rmap_item(), remove_rmap_item_from_tree(),
    // remove_node_from_stable_tree(), break_cow()).
    bool listed_items_lose_scan_word = false;

    friend auto operator<=>(const Rules&, const Rules&) = default;
};

struct RuleName {
    std::string_view name;
    bool Rules::*field;
};
inline constexpr RuleName rule_names[] = {
    {"faulted_joins_unfaulted", &Rules::faulted_joins_unfaulted},
    {"merge_any_before_merge", &Rules::merge_any_before_merge},
    {"mremap_moves_many", &Rules::mremap_moves_many},
    {"mremap_unmaps_destination_first", &Rules::mremap_unmaps_destination_first},
    {"dontunmap_compares_bytes", &Rules::dontunmap_compares_bytes},
    {"dontunmap_resets_pgoff", &Rules::dontunmap_resets_pgoff},
    {"dontunmap_merges_with_source", &Rules::dontunmap_merges_with_source},
    {"dontunmap_presplits_locked", &Rules::dontunmap_presplits_locked},
    {"mremap_counts_early", &Rules::mremap_counts_early},
    {"clone_reverses_chain", &Rules::clone_reverses_chain},
    {"guard_regions", &Rules::guard_regions},
    {"guard_marks_vma", &Rules::guard_marks_vma},
    {"swap_in_sole_is_exclusive", &Rules::swap_in_sole_is_exclusive},
    {"separate_anon_pgoff", &Rules::separate_anon_pgoff},
    {"listed_items_lose_scan_word", &Rules::listed_items_lose_scan_word},
};
static_assert(sizeof(Rules) == std::size(rule_names), "every rule has a name");

struct Release {
    unsigned major = 0, minor = 0, patch = 0;
    friend auto operator<=>(const Release&, const Release&) = default;
};
std::string to_text(const Release& release); // "6.12.117"

// A row.
struct KernelVersion {
    std::string_view name;         // what `--kernel-version` takes
    Release first, last;           // whose rules these are; of `last` every patch
    Release compared;              // the one that the model was compared with
    std::string_view shipped_walk; // the strategy that is its own rmap_walk_ksm()
    bool judged = false;           // the gate holds strategies to its rules where nobody says which
    Rules rules;
};

// Oldest first. No release is in two rows, and none between the first and the last row is in no row.
inline constexpr KernelVersion kernel_table[] = {
    {.name = "6.12",
     .first = {6, 12},
     .last = {6, 15},
     .compared = {6, 12, 117},
     .shipped_walk = "naive",
     .rules = {.mremap_unmaps_destination_first = true,
               .dontunmap_compares_bytes = true,
               .dontunmap_resets_pgoff = true,
               .dontunmap_presplits_locked = true,
               .swap_in_sole_is_exclusive = true}},
    {.name = "6.18",
     .first = {6, 16},
     .last = {6, 19},
     .compared = {6, 18, 44},
     .shipped_walk = "naive",
     .judged = true,
     .rules = {.faulted_joins_unfaulted = true,
               .merge_any_before_merge = true,
               .mremap_moves_many = true,
               .dontunmap_merges_with_source = true,
               .guard_regions = true,
               .guard_marks_vma = true,
               .swap_in_sole_is_exclusive = true}},
    {.name = "7.2",
     .first = {7, 0},
     .last = {7, 2},
     .compared = {7, 2, 13},
     .shipped_walk = "naive",
     .rules = {.faulted_joins_unfaulted = true,
               .merge_any_before_merge = true,
               .mremap_moves_many = true,
               .dontunmap_resets_pgoff = true,
               .dontunmap_presplits_locked = true,
               .mremap_counts_early = true,
               .clone_reverses_chain = true,
               .guard_regions = true,
               .guard_marks_vma = true}},
    {.name = "7.3",
     .first = {7, 3},
     .last = {7, 3},
     .compared = {7, 3, 4},
     .shipped_walk = "linear-index",
     .judged = true,
     .rules = {.faulted_joins_unfaulted = true,
               .merge_any_before_merge = true,
               .mremap_moves_many = true,
               .dontunmap_resets_pgoff = true,
               .dontunmap_presplits_locked = true,
               .mremap_counts_early = true,
               .clone_reverses_chain = true,
               .guard_regions = true,
               .guard_marks_vma = true,
               .separate_anon_pgoff = true,
               .listed_items_lose_scan_word = true}},
};
constexpr std::span<const KernelVersion> kernel_versions() { return kernel_table; }
// The row whose rules hold where nobody says which: the newest.
constexpr const KernelVersion& default_version() { return kernel_table[std::size(kernel_table) - 1]; }
// Those that the gate judges by, newest first.
std::vector<const KernelVersion*> judged_versions();

// Their names, oldest first.
std::vector<std::string> version_names();
// A command's words, and those that ask for these rules: none for the default row's, nor for rules that are no row.
std::vector<std::string> under_rules(std::vector<std::string> words, const Rules& rules);
// The row of that name, or null.
const KernelVersion* find_version(std::string_view name);

// The row whose rules are these, or the one that is nearest and how they differ from it: "6.18 with R, without S".
std::string describe(const Rules& rules);

// "6.15.3-rc2+deb" as numbers; none if it does not begin with two numbers.
std::optional<Release> parse_release(std::string_view text);

// Which rules a kernel that calls itself so (uname(2)) most likely has.
struct RulesOf {
    const KernelVersion* row = nullptr;
    std::string
        remark; // why they may not be its rules: it is not the release that the row was compared with; else empty
};
RulesOf rules_of(std::string_view release);

} // namespace model
