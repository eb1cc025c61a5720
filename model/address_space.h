// The VMAs of a process: finding, splitting, removing. Joining them is merge.h's.
#pragma once

#include "model/kernel.h"
#include "model/result.h"

namespace model {

// find_vma(): the first VMA that ends above the page; none behind the last.
Id<Vma> find_vma(const Kernel& k, Id<Mm> mm, Vpn page);
// vma_lookup(): the VMA that contains the page.
Id<Vma> vma_at(const Kernel& k, Id<Mm> mm, Vpn page);
// The neighbours in address order, whether they touch or not; none at the ends.
Id<Vma> first_vma(const Kernel& k, Id<Mm> mm);
Id<Vma> next_vma(const Kernel& k, Id<Vma> vma);
Id<Vma> prev_vma(const Kernel& k, Id<Vma> vma);
// The last VMA that starts below the page.
Id<Vma> vma_below(const Kernel& k, Id<Mm> mm, Vpn page);
bool range_is_free(const Kernel& k, Id<Mm> mm, Vpn start, Vpn end);
// vm_start_gap(): a stack wants room below it.
Vpn vm_start_gap(const Kernel& k, const Vma& v);
// Free, and not in the room of a stack: what get_unmapped_area() returns, or takes as a hint (mm/mmap.c 6.18).
bool can_be_chosen(const Kernel& k, Id<Mm> mm, Vpn start, Vpn end);

// vm_area_alloc() and vma_link(): a new VMA without anon_vma. `parent`: whose copy fork makes it, of a file right
// behind it in i_mmap.
Id<Vma> make_vma(Kernel& k, Id<Mm> mm, Range range, std::uint64_t flags, std::int32_t file, Id<Vma> parent = {});
// Frees a VMA that is in no anon_vma's tree any more; it leaves its file's.
void free_vma(Kernel& k, Id<Vma> vma);
// vm_area_dup(): the same attributes and the same anon_vma, but no chain yet; the caller clones it. The new VMA takes
// `range`, which no other VMA may hold when this returns to the caller's caller.
Id<Vma> dup_vma(Kernel& k, Id<Vma> src, Id<Mm> mm, Range range);

// vma_prepare(), vma_complete(): the VMA leaves its trees, and comes back behind equal keys.
void leave_trees(Kernel& k, Id<Vma> vma);
void enter_trees(Kernel& k, Id<Vma> vma);
// Both, and it takes the range between them.
void set_range(Kernel& k, Id<Vma> vma, Range range);

// __split_vma(): cuts at a page inside the VMA. The new object is the lower part (`new_below`) or the upper one, and is
// returned; the original stays the other part.
Id<Vma> split_vma_unchecked(Kernel& k, Id<Vma> vma, Vpn at, bool new_below);
// split_vma(): the same, ENOMEM at the limit of VMAs.
Errno split_vma(Kernel& k, Id<Vma> vma, Vpn at, bool new_below);
// split_vma() at both ends of a range inside the VMA: the original object becomes exactly the range.
Errno split_to(Kernel& k, Id<Vma> vma, Vpn start, Vpn end);

// do_vmi_munmap() after its argument checks: EINVAL and ENOMEM are the caller's and this function's. Splits at the
// edges (front and tail become new objects), drops entries, unlinks anon_vmas in ascending order, frees. A failure
// leaves splits done.
Errno unmap_range(Kernel& k, Id<Mm> mm, Vpn start, Vpn end);

} // namespace model
