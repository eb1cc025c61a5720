// An ordered tree whose nodes are objects of a pool, linked by their names.
//
// The kernel keeps VMAs in a maple tree, page tables in a radix tree, rmap_items in a sorted list and anon_vma_chains
// in an augmented red-black tree. What all of them promise is an order and logarithmic steps, and that is what this one
// structure gives: a treap (Aragon and Seidel 1989). Its priorities are a hash of the node's name, so that the shape,
// and with it every run, is a function of the history alone. Copying a tree is copying its pool.
//
// By hand: the nodes of Boost.Intrusive point at one another, so that a copied machine would point into the old one,
// and it has no tree that keeps what a node says of its subtree (the largest end, which the interval tree asks for).
//
// Traits say what a tree is made of:
//   using Node;                                          the pool's object
//   static TreeLinks& links(Node&);
//   static bool before(const Node& a, const Node& b);    strict order; equal nodes keep the order of their insertion
//   static bool update(Node& n, const Node* left, const Node* right);  recompute what a node says of its subtree; true
//                                                        if it changed (for augmented trees; else return false)
#pragma once

#include <cstdint>

#include "model/pool.h"

namespace model {

struct TreeLinks {
    std::uint32_t up = UINT32_MAX, left = UINT32_MAX, right = UINT32_MAX;
};

template <class Traits> struct Treap {
    using Node = typename Traits::Node;
    using Nodes = Pool<Node>;
    using NodeId = Id<Node>;

    NodeId root;

    bool empty() const { return !root; }

    // Inserts behind every node that is not greater: ties keep insertion order (INTERVAL_TREE_DEFINE inserts so).
    void insert(Nodes& nodes, NodeId id) {
        NodeId at = root, parent;
        bool left = false;
        while (at) {
            parent = at;
            left = Traits::before(nodes[id], nodes[at]);
            at = left ? left_of(nodes, at) : right_of(nodes, at);
        }
        hang(nodes, id, parent, left);
    }

    // Inserts right behind a node of the tree that is not greater (vma_interval_tree_insert_after()).
    void insert_behind(Nodes& nodes, NodeId id, NodeId before) {
        const NodeId right = right_of(nodes, before);
        if (right)
            hang(nodes, id, leftmost(nodes, right), true);
        else
            hang(nodes, id, before, false);
    }

    void erase(Nodes& nodes, NodeId id) {
        for (;;) { // sink the node until it is a leaf
            NodeId l = left_of(nodes, id), r = right_of(nodes, id);
            if (!l && !r) break;
            rotate_up(nodes, !r || (l && priority(l) > priority(r)) ? l : r);
        }
        NodeId parent = up_of(nodes, id);
        if (!parent)
            root = NodeId::none();
        else {
            TreeLinks& p = links(nodes, parent);
            (p.left == id.n ? p.left : p.right) = UINT32_MAX;
            update_up(nodes, parent);
        }
        links(nodes, id) = {};
    }

    NodeId first(const Nodes& nodes) const { return root ? leftmost(nodes, root) : NodeId::none(); }
    NodeId last(const Nodes& nodes) const {
        NodeId at = root;
        while (at && right_of(nodes, at)) at = right_of(nodes, at);
        return at;
    }
    NodeId next(const Nodes& nodes, NodeId id) const {
        if (NodeId r = right_of(nodes, id)) return leftmost(nodes, r);
        NodeId up = up_of(nodes, id);
        while (up && right_of(nodes, up) == id) id = up, up = up_of(nodes, id);
        return up;
    }
    NodeId prev(const Nodes& nodes, NodeId id) const {
        if (NodeId at = left_of(nodes, id)) {
            while (NodeId r = right_of(nodes, at)) at = r;
            return at;
        }
        NodeId up = up_of(nodes, id);
        while (up && left_of(nodes, up) == id) id = up, up = up_of(nodes, id);
        return up;
    }

    // The first node for which `reached` is true; it must be false for a prefix of the order and true behind it.
    template <class Reached> NodeId lower_bound(const Nodes& nodes, Reached&& reached) const {
        NodeId at = root, found;
        while (at) {
            if (reached(nodes[at]))
                found = at, at = left_of(nodes, at);
            else
                at = right_of(nodes, at);
        }
        return found;
    }

    static NodeId left_of(const Nodes& nodes, NodeId id) { return {Traits::links(const_cast<Node&>(nodes[id])).left}; }
    static NodeId right_of(const Nodes& nodes, NodeId id) {
        return {Traits::links(const_cast<Node&>(nodes[id])).right};
    }
    static NodeId up_of(const Nodes& nodes, NodeId id) { return {Traits::links(const_cast<Node&>(nodes[id])).up}; }

  private:
    static TreeLinks& links(Nodes& nodes, NodeId id) { return Traits::links(nodes[id]); }

    static std::uint64_t priority(NodeId id) { // splitmix64's mixing step
        std::uint64_t z = id.n + 0x9e3779b97f4a7c15u;
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
        z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
        return z ^ (z >> 31);
    }

    // A new leaf, which then rises to where its priority belongs.
    void hang(Nodes& nodes, NodeId id, NodeId parent, bool left) {
        links(nodes, id) = {parent.n, UINT32_MAX, UINT32_MAX};
        if (!parent)
            root = id;
        else if (left)
            links(nodes, parent).left = id.n;
        else
            links(nodes, parent).right = id.n;
        update_one(nodes, id);
        update_up(nodes, parent);
        while (NodeId up = up_of(nodes, id)) {
            if (priority(id) <= priority(up)) break;
            rotate_up(nodes, id);
        }
    }

    static NodeId leftmost(const Nodes& nodes, NodeId at) {
        while (NodeId l = left_of(nodes, at)) at = l;
        return at;
    }

    static bool update_one(Nodes& nodes, NodeId id) {
        NodeId l = left_of(nodes, id), r = right_of(nodes, id);
        return Traits::update(nodes[id], l ? &nodes[l] : nullptr, r ? &nodes[r] : nullptr);
    }
    static void update_up(Nodes& nodes, NodeId id) {
        while (id && update_one(nodes, id)) id = up_of(nodes, id);
    }

    // Lifts a node over its parent, keeping the order.
    void rotate_up(Nodes& nodes, NodeId id) {
        NodeId parent = up_of(nodes, id);
        NodeId grand = up_of(nodes, parent);
        TreeLinks &n = links(nodes, id), &p = links(nodes, parent);
        if (p.left == id.n) {
            p.left = n.right;
            if (n.right != UINT32_MAX) links(nodes, {n.right}).up = parent.n;
            n.right = parent.n;
        } else {
            p.right = n.left;
            if (n.left != UINT32_MAX) links(nodes, {n.left}).up = parent.n;
            n.left = parent.n;
        }
        p.up = id.n;
        n.up = grand.n;
        if (!grand)
            root = id;
        else {
            TreeLinks& g = links(nodes, grand);
            (g.left == parent.n ? g.left : g.right) = id.n;
        }
        update_one(nodes, parent);
        update_one(nodes, id);
    }
};

} // namespace model
