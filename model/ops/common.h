// What several operations need.
#pragma once

#include <algorithm>

#include "model/address_space.h"
#include "model/merge.h"
#include "model/ops/fields.h"

namespace model {

// PAGE_ALIGN(); 0 when the sum wraps.
constexpr std::uint64_t page_align(std::uint64_t bytes) { return (bytes + PAGE_SIZE - 1) & ~(PAGE_SIZE - 1); }

// The address that the kernel chose, by the trace. Throws BadInput if the trace does not state one that is free.
// If the trace states an error, that is the result: the model has no reason of its own to fail.
Result chosen_place(const Context& c, std::uint64_t length, const char* what);

// __mm_populate(): faults every page of the range in, for writing where the VMA is writable. Stops at the first page
// that cannot be.
Errno populate(Kernel& k, Id<Mm> mm, Vpn start, Vpn end);

// The loop that mprotect and mlock share: every VMA of [start, end), the first of which must cover `start`, gets the
// flags that `change(vma, flags)` makes of its own, or the error that it returns. After each change `done(old, start,
// end)` is told the old flags and the pages that changed. ENOMEM at a hole. Changes before an error stay.
// do_mprotect_pkey() and apply_vma_lock_flags().
template <class Change, class Done>
Errno change_flags(Kernel& k, Id<Mm> mm, Vpn start, Vpn end, Change&& change, Done&& done) {
    Id<Vma> vma = find_vma(k, mm, start);
    if (!vma || k.vmas[vma].range.start > start) return Errno::enomem;
    Vpn expected = k.vmas[vma].range.start;
    while (vma && k.vmas[vma].range.start < end) {
        if (k.vmas[vma].range.start != expected) return Errno::enomem;
        const std::uint64_t old = k.vmas[vma].flags;
        std::uint64_t flags = old;
        if (Errno e = change(vma, flags); e != Errno::ok) return e;
        if (flags != old) {
            const Vpn upto = std::min(end, k.vmas[vma].range.end);
            if (Errno e = vma_modify_flags(k, vma, start, upto, flags, vma); e != Errno::ok) return e;
            set_flags(k, vma, flags);
            done(old, start, upto);
        }
        start = expected = k.vmas[vma].range.end; // of the VMA that resulted: a merge may have gone further
        vma = next_vma(k, vma);
    }
    return expected < end ? Errno::enomem : Errno::ok;
}

} // namespace model
