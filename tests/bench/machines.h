// Machines to measure on.
#pragma once

#include "model/ksm.h"
#include "model/ops.h"
#include "model/page_table.h"

namespace bench {

using namespace model;

inline constexpr std::uint64_t base = 0x100000000;

inline void run(Kernel& k, Pid pid, Operation op, std::optional<Result> told = {}) {
    Step s;
    s.pid = pid;
    s.op = std::move(op);
    s.expected = told;
    const Result r = play(k, s);
    require(r.error == Errno::ok, "a step of a benchmark fails");
}

// One mergeable mapping with two equal pages, at its first and its last page, merged.
inline Kernel merged(std::uint64_t pages) {
    Config config;
    config.max_map_count = 1000000;
    Kernel k = boot(config);
    const MapBits flags{map_private | map_anonymous | map_fixed};
    run(k, 1, Mmap{{base}, {pages * PAGE_SIZE}, {prot_read | prot_write}, flags, {}, {}});
    run(k, 1, Madvise{{base}, {pages * PAGE_SIZE}, {madv_mergeable}});
    run(k, 1, Store{{base}, {1}, {1}});
    run(k, 1, Store{{base + (pages - 1) * PAGE_SIZE}, {1}, {1}});
    run(k, 0, Ksmd{{2}});
    return k;
}

// The seeds' machine: split page by page by mprotect, with no fork, into so many VMAs of one anon_vma.
inline Kernel split_into(std::uint64_t vmas) {
    Kernel k = merged(vmas);
    for (std::uint64_t i = 1; i < vmas; i += 2) run(k, 1, Mprotect{{base + i * PAGE_SIZE}, {PAGE_SIZE}, {prot_read}});
    return k;
}

// One process and so many children that have the page.
inline Kernel forked(std::uint32_t children) {
    Kernel k = merged(2);
    for (std::uint32_t n = 0; n < children; ++n) run(k, 1, Fork{}, Result::of(n + 2));
    return k;
}

inline Id<Folio> merged_folio(const Kernel& k) {
    const Id<Pte> pte = pte_at(k, find_process(k, 1), vpn(base));
    require(pte && k.folios[k.ptes[pte].folio].mapping == Folio::Mapping::ksm, "nothing was merged");
    return k.ptes[pte].folio;
}

// Everything that a machine keeps.
inline std::size_t bytes_of(const Kernel& k) {
    return sizeof k + k.mms.bytes() + k.vmas.bytes() + k.avcs.bytes() + k.anon_vmas.bytes() + k.ptes.bytes() +
           k.folios.bytes() + k.swaps.bytes() + k.items.bytes() + k.nodes.bytes();
}

} // namespace bench
