// What can be said of an entry that a walk loses. A strategy names those that tell its rules apart; they make the cause
// of a loss (checker/judge/cause.h, which says each in words).
#pragma once

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
};
inline constexpr std::size_t fact_count = 13;

} // namespace checker::inline walks
