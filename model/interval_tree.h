// The interval tree of an anon_vma, or of a file: which of its VMAs hold a page offset?
//
// mm/interval_tree.c, include/linux/interval_tree_generic.h: ordered by first offset, ties in the order of insertion,
// each node augmented with the greatest last offset below it.
#pragma once

#include <cstdint>

#include "model/kernel.h"

namespace model {

// INTERVAL_TREE_DEFINE: the first node, in tree order, that meets the query below `at`; it is known that subtree_last
// reaches the query.
template <class Link> Id<Link> interval_subtree_search(const Pool<Link>& nodes, Id<Link> at, Interval query) {
    using Tree = Treap<ByOffset<Link>>;
    for (;;) {
        const Id<Link> left = Tree::left_of(nodes, at);
        if (left && query.first <= nodes[left].subtree_last) {
            at = left; // something on the left reaches the query, and what is left of us starts before us
            continue;
        }
        const Link& node = nodes[at];
        if (node.offsets.first > query.last) return {};
        if (query.first <= node.offsets.last) return at;
        const Id<Link> right = Tree::right_of(nodes, at);
        if (!right || nodes[right].subtree_last < query.first) return {};
        at = right;
    }
}

// iter_first() and iter_next(): the entries that meet `query`, in the order of the tree; none at the end.
template <class Link>
Id<Link> interval_tree_first(const Pool<Link>& nodes, const Treap<ByOffset<Link>>& tree, Interval query) {
    if (!tree.root || nodes[tree.root].subtree_last < query.first) return {};
    return interval_subtree_search(nodes, tree.root, query);
}
template <class Link> Id<Link> interval_tree_next(const Pool<Link>& nodes, Id<Link> at, Interval query) {
    using Tree = Treap<ByOffset<Link>>;
    for (;;) {
        const Id<Link> right = Tree::right_of(nodes, at);
        if (right && query.first <= nodes[right].subtree_last) return interval_subtree_search(nodes, right, query);
        Id<Link> child;
        do { // climb until we come up from a left side
            child = at;
            at = Tree::up_of(nodes, at);
            if (!at) return {};
        } while (Tree::right_of(nodes, at) == child);
        const Link& node = nodes[at];
        if (node.offsets.first > query.last) return {};
        if (query.first <= node.offsets.last) return at;
    }
}

// anon_vma_interval_tree_insert() and _remove(). The entry takes its interval from its VMA at insertion.
void interval_tree_insert(Kernel& k, Id<Avc> avc);
void interval_tree_remove(Kernel& k, Id<Avc> avc);

// anon_vma_interval_tree_iter_first() and _next().
inline Id<Avc> interval_tree_iter_first(const Kernel& k, Id<AnonVma> anon_vma, Interval query) {
    return interval_tree_first(k.avcs, k.anon_vmas[anon_vma].tree, query);
}
inline Id<Avc> interval_tree_iter_next(const Kernel& k, Id<Avc> avc, Interval query) {
    return interval_tree_next(k.avcs, avc, query);
}

} // namespace model
