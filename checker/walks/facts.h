// What can be said of an entry that a walk loses. A strategy names those that tell its rules apart; they make the cause
// of a loss (checker/judge/cause.h, which says each in words).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace checker::inline walks {

enum class Fact : std::uint8_t {
    kind,    // what went wrong
    leads,   // whose rmap_item leads the reference to the entry
    record,  // is the linear index that the page had at merge the one that the VMA gives the address?
    word,    // is what was stored in the union still there?
    offset,  // is that index the address, shifted?
    base,    // is the vm_pgoff that the VMA had at merge an offset of the VMA that maps the page?
    memory,  // what is mapped there
    arrival, // how the page came to this page-table entry
    item,    // the rmap_item of this process and address
    address, // has any rmap_item of the page this address?
    scanned, // will ksmd visit the entry?
    gone,    // what is now where the remembered VMA was
    moment,  // does it end when what is in flight is over?
    kin,     // of an ordinary page: is its anon_vma the VMA's own?
    linked,  // of an ordinary page: how did the VMA come to the page's anon_vma?
};
inline constexpr std::size_t fact_count = 15;
// By Fact; 0: nothing is said.
using Facts = std::array<std::uint8_t, fact_count>;

// How a KSM page came to a page-table entry.
enum class Arrival : std::uint8_t { unknown, merged, upgraded, forked, moved, swapped_in };

} // namespace checker::inline walks
