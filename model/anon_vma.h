// The life of an anon_vma: made at the first write to a VMA, cloned when VMAs split or fork, reused, and freed when
// neither VMAs nor rmap_items hold it. Rules: docs/kernel-map.md, "anon_vma".
#pragma once

#include "model/kernel.h"

namespace model {

// get_anon_vma(), put_anon_vma(): rmap_items hold references of their own.
void get_anon_vma(Kernel& k, Id<AnonVma> id);
void put_anon_vma(Kernel& k, Id<AnonVma> id);

// anon_vma_prepare(), mm/rmap.c: gives the VMA an anon_vma if it has none: that of the next neighbour, else that of the
// previous one, else a new root.
void anon_vma_prepare(Kernel& k, Id<Vma> vma);

// anon_vma_clone(), mm/rmap.c: links dst to every anon_vma of src, in the same order or, since 7.0, in the
// reverse. If dst has no anon_vma of its own
// but src has, one of the chain may be reused for it (fork). `why` is kept with each link.
void anon_vma_clone(Kernel& k, Id<Vma> dst, Id<Vma> src, Linked why);

// anon_vma_fork(), mm/rmap.c: the child VMA's chain: its own new or reused anon_vma, then all of the parent's.
void anon_vma_fork(Kernel& k, Id<Vma> child, Id<Vma> parent);

// unlink_anon_vmas(), mm/rmap.c: the VMA leaves every tree and has no anon_vma afterwards.
void unlink_anon_vmas(Kernel& k, Id<Vma> vma);

// dup_anon_vma(), mm/vma.c: an unfaulted dst takes over src's anon_vma and chain. Returns whether it did.
bool dup_anon_vma(Kernel& k, Id<Vma> dst, Id<Vma> src);

// vma_is_fork_child(), mm/vma.c: faulted, and linked to more than its own anon_vma.
bool vma_is_fork_child(const Kernel& k, Id<Vma> vma);

// The VMA's entries leave their trees, or come back with the interval it now has (vma_prepare(), vma_complete()).
void anon_vma_interval_tree_pre_update_vma(Kernel& k, Id<Vma> vma);
void anon_vma_interval_tree_post_update_vma(Kernel& k, Id<Vma> vma);

} // namespace model
