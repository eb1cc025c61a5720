// May these neighbours be one VMA, and what becomes of them? mm/vma.c.
#pragma once

#include "model/kernel.h"
#include "model/result.h"

namespace model {

// struct vma_merge_struct, the part that decides: what is to be placed at a range.
struct MergeRequest {
    Id<Mm> mm;
    Range range;
    std::uint64_t flags = 0;
    std::int32_t file = -1;
    Id<AnonVma> anon_vma;     // of what is placed; none for new memory
    Id<Vma> copied_from;      // mremap: the source
    bool just_expand = false; // brk: only the previous VMA may grow
    Id<Vma> apart = {};       // mremap: a neighbour that is taken for none
};

// vma_merge_new_range(): tries to cover the (free) range by growing its neighbours. Returns the VMA that now covers it,
// or none if a new VMA is needed; nothing has changed then.
Id<Vma> vma_merge_new_range(Kernel& k, const MergeRequest& request);

// vm_flags_reset(): what sticks to the VMA stays.
void set_flags(Kernel& k, Id<Vma> vma, std::uint64_t flags);

// vma_modify(): gives [start, end) inside `vma` new flags, merging with neighbours or splitting. Returns the VMA that
// covers the range now in `out`; after a split the original object is the middle piece. ENOMEM leaves splits done. The
// caller sets the flags of `out` (a merge found them equal).
Errno vma_modify_flags(Kernel& k, Id<Vma> vma, Vpn start, Vpn end, std::uint64_t flags, Id<Vma>& out);

} // namespace model
