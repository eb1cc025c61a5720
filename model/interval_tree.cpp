#include "model/interval_tree.h"

namespace model {
namespace {

using Tree = IntervalTree;

// The first node, in tree order, that meets the query below `at`; it is known that subtree_last reaches the query.
Id<Avc> subtree_search(const Kernel& k, Id<Avc> at, Interval query) {
    for (;;) {
        Id<Avc> left = Tree::left_of(k.avcs, at);
        if (left && query.first <= k.avcs[left].subtree_last) {
            at = left; // something on the left reaches the query, and what is left of us starts before us
            continue;
        }
        const Avc& node = k.avcs[at];
        if (node.offsets.first > query.last) return {};
        if (query.first <= node.offsets.last) return at;
        Id<Avc> right = Tree::right_of(k.avcs, at);
        if (!right || k.avcs[right].subtree_last < query.first) return {};
        at = right;
    }
}

} // namespace

void interval_tree_insert(Kernel& k, Id<Avc> avc) {
    Avc& a = k.avcs[avc];
    a.offsets = interval(k.vmas[a.vma].range);
    k.anon_vmas[a.anon_vma].tree.insert(k.avcs, avc);
}

void interval_tree_remove(Kernel& k, Id<Avc> avc) { k.anon_vmas[k.avcs[avc].anon_vma].tree.erase(k.avcs, avc); }

Id<Avc> interval_tree_iter_first(const Kernel& k, Id<AnonVma> anon_vma, Interval query) {
    Id<Avc> root = k.anon_vmas[anon_vma].tree.root;
    if (!root || k.avcs[root].subtree_last < query.first) return {};
    return subtree_search(k, root, query);
}

Id<Avc> interval_tree_iter_next(const Kernel& k, Id<Avc> avc, Interval query) {
    for (;;) {
        Id<Avc> right = Tree::right_of(k.avcs, avc);
        if (right && query.first <= k.avcs[right].subtree_last) return subtree_search(k, right, query);
        Id<Avc> child;
        do { // climb until we come up from a left side
            child = avc;
            avc = Tree::up_of(k.avcs, avc);
            if (!avc) return {};
        } while (Tree::right_of(k.avcs, avc) == child);
        const Avc& node = k.avcs[avc];
        if (node.offsets.first > query.last) return {};
        if (query.first <= node.offsets.last) return avc;
    }
}

} // namespace model
