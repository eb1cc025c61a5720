// The interval tree of an anon_vma: which of its VMAs hold a page offset?
//
// mm/interval_tree.c, include/linux/interval_tree_generic.h: ordered by first offset, ties in the order of insertion,
// each node augmented with the greatest last offset below it.
#pragma once

#include <cstdint>

#include "model/kernel.h"

namespace model {

// anon_vma_interval_tree_insert() and _remove(). The entry takes its interval from its VMA at insertion.
void interval_tree_insert(Kernel& k, Id<Avc> avc);
void interval_tree_remove(Kernel& k, Id<Avc> avc);

// anon_vma_interval_tree_iter_first() and _next(): the entries that meet `query`, in the order of the tree; none at
Id<Avc> interval_tree_iter_first(const Kernel& k, Id<AnonVma> anon_vma, Interval query);
Id<Avc> interval_tree_iter_next(const Kernel& k, Id<Avc> avc, Interval query);

} // namespace model
