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
    // MREMAP_DONTUNMAP of a whole anonymous VMA sets the offset of what stays to its own page number (6.12 stable).
    bool dontunmap_resets_pgoff = false;
    // MREMAP_DONTUNMAP of an unwritten range may merge the copy with its own source (not in 6.12 stable).
    bool dontunmap_merges_with_source = false;
    // MREMAP_DONTUNMAP of a part of a locked VMA splits that part off first, so that only it loses VM_LOCKED (6.12
    // stable: move_vma(), mm/mremap.c).
    bool dontunmap_presplits_locked = false;

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
    {"dontunmap_resets_pgoff", &Rules::dontunmap_resets_pgoff},
    {"dontunmap_merges_with_source", &Rules::dontunmap_merges_with_source},
    {"dontunmap_presplits_locked", &Rules::dontunmap_presplits_locked},
};
static_assert(sizeof(Rules) == std::size(rule_names), "every rule has a name");

struct Release {
    unsigned major = 0, minor = 0, patch = 0;
    friend auto operator<=>(const Release&, const Release&) = default;
};
std::string to_text(const Release& release); // "6.12.117"

// A row.
struct KernelVersion {
    std::string_view name; // what `--kernel-version` takes
    Release first, last;   // whose rules these are; of `last` every patch
    Release compared;      // the one that the model was compared with
    Rules rules;
};

// Oldest first. No release is in two rows, and none between the first and the last row is in no row.
inline constexpr KernelVersion kernel_table[] = {
    {.name = "6.12",
     .first = {6, 12},
     .last = {6, 15},
     .compared = {6, 12, 117},
     .rules = {.mremap_unmaps_destination_first = true,
               .dontunmap_resets_pgoff = true,
               .dontunmap_presplits_locked = true}},
    {.name = "6.18",
     .first = {6, 16},
     .last = {6, 19},
     .compared = {6, 18, 44},
     .rules = {.faulted_joins_unfaulted = true,
               .merge_any_before_merge = true,
               .mremap_moves_many = true,
               .dontunmap_merges_with_source = true}},
};
constexpr std::span<const KernelVersion> kernel_versions() { return kernel_table; }
// The row whose rules hold where nobody says which.
constexpr const KernelVersion& default_version() { return kernel_table[1]; }

// Their names, oldest first.
std::vector<std::string> version_names();
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
