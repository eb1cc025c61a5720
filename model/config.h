// What a run of the model is told from outside: the rules that hold (model/versions.h), how an rmap_item is laid out,
// and the settings of the machine.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "model/flight.h"
#include "model/mends.h"
#include "model/merge_record.h"
#include "model/versions.h"

namespace model {

struct RmapItem;

// Who says what the walks of reclaim and migration ask for an rmap_item; by default the kernel of 6.12, which asks for
// every offset. The model knows no more of a walk strategy than this.
struct WalkDriver {
    using Query = TreeQuery (*)(const void* who, const Kernel&, const RmapItem&, unsigned ask);
    const void* who = nullptr;
    Query query = nullptr;
    unsigned asks = 1; // the next is asked where those before met fewer entries than the folio had mappings
    // Only what is met at an rmap_item's own address in its own process counts, of which none is met twice; and what
    // nothing maps is asked everything. Else whatever is met, once.
    bool counts_own_places = false;

    friend bool operator==(const WalkDriver&, const WalkDriver&) = default;
};

struct Config {
    Rules rules = default_version().rules;
    Mends mends; // none: the kernel as it is
    ItemLayout layout;
    WalkDriver drive;
    std::uint32_t max_map_count = 65530;   // vm.max_map_count
    std::uint32_t stack_guard_gap = 256;   // pages
    std::uint64_t mmap_min_addr = 0x10000; // vm.mmap_min_addr, which no stack grows below; mmap with CAP_SYS_RAWIO may
    // /sys/kernel/mm/ksm: defaults of 6.18; `knob` changes them.
    std::uint32_t max_page_sharing = 256;
    bool use_zero_pages = false;
    bool smart_scan = true;
    std::uint8_t run = 1; // what knob(run, N) wrote last; 2 unmerges

    // Machines that differ in the order of equal offsets in the i_mmap of a file differ (canonical.h). Only walks in
    // flight can tell.
    bool tells_orders_apart = false;

    // How much may be asked for: page-table entries, and objects of every other kind; and when to give up, if ever.
    std::uint64_t limit_pages = std::uint64_t{1} << 21;
    bool (*out_of_time)() = nullptr;

    friend bool operator==(const Config&, const Config&) = default;
};

// What a strategy does with the union that it brings is its own; else it is the kernel's, and 7.3 has one with both.
inline bool listed_are_not_scanned(const Config& c) {
    return c.layout.in_union ? c.layout.guarded : c.layout.guarded || c.rules.listed_items_lose_scan_word;
}
inline bool unlisting_clears(const Config& c) {
    return c.layout.in_union ? c.layout.cleared : c.layout.cleared || c.rules.listed_items_lose_scan_word;
}

// A command's words, and those that ask for these rules and pieces.
inline std::vector<std::string> under(std::vector<std::string> words, const Rules& rules, const Mends& mends) {
    return with_mends(under_rules(std::move(words), rules), mends);
}

} // namespace model
