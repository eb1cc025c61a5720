// What a run of the model is told from outside: the kernel version whose rules hold, how an rmap_item is laid out, and
// the settings of the machine.
#pragma once

#include <cstdint>
#include <string_view>

namespace model {

enum class KernelVersion : std::uint8_t { v6_12, v6_18 };
inline constexpr std::string_view to_string(KernelVersion v) { return v == KernelVersion::v6_12 ? "6.12" : "6.18"; }

// Every difference between versions that the model knows, by what it does. Evidence: docs/kernel-map.md.
struct Rules {
    // A faulted range may join an unfaulted neighbour, which then takes over its anon_vma (since 6.16).
    bool faulted_joins_unfaulted;
    // VM_MERGEABLE of a process that merges everything is set before mmap and brk look for a neighbour (since 6.17).
    bool merge_any_before_merge;
    // mremap with MREMAP_FIXED and equal length moves every VMA of a range (since 6.17).
    bool mremap_moves_many;
    // mremap with MREMAP_FIXED unmaps the destination before it looks at the source (until 6.16).
    bool mremap_unmaps_destination_first;
    // MREMAP_DONTUNMAP of a whole anonymous VMA sets the offset of what stays to its own page number (6.12 stable).
    bool dontunmap_resets_pgoff;
    // MREMAP_DONTUNMAP of an unwritten range may merge the copy with its own source (not in 6.12 stable).
    bool dontunmap_merges_with_source;
};
constexpr Rules rules(KernelVersion v) {
    return v == KernelVersion::v6_12 ? Rules{false, false, false, true, true, false}
                                     : Rules{true, true, true, false, false, true};
}

// Where an rmap_item keeps a page offset recorded at merge: beside oldchecksum, age and remaining_skips, or in a union
// with them while the scanner goes on reading and writing age (the union that was proposed upstream in 2026).
enum class ItemLayout : std::uint8_t { separate, unioned };

struct Config {
    KernelVersion version = KernelVersion::v6_18;
    ItemLayout layout = ItemLayout::separate;
    std::uint32_t max_map_count = 65530;   // vm.max_map_count
    std::uint32_t stack_guard_gap = 256;   // pages
    std::uint64_t mmap_min_addr = 0x10000; // vm.mmap_min_addr, which no stack grows below; mmap with CAP_SYS_RAWIO may
    // /sys/kernel/mm/ksm: defaults of 6.18; `knob` changes them.
    std::uint32_t max_page_sharing = 256;
    bool use_zero_pages = false;
    bool smart_scan = true;
    std::uint8_t run = 1; // what knob(run, N) wrote last; 2 unmerges

    friend bool operator==(const Config&, const Config&) = default;
};

} // namespace model
