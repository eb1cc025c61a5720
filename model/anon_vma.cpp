#include "model/anon_vma.h"

#include <algorithm>
#include <vector>

#include "model/address_space.h"
#include "model/interval_tree.h"
#include "model/locks.h"

namespace model {
namespace {

// anon_vma_alloc(): no tree, one reference, not yet active for a VMA.
Id<AnonVma> alloc(Kernel& k, Id<AnonVma> root, Id<AnonVma> parent) {
    Id<AnonVma> id = k.anon_vmas.make({});
    AnonVma& a = k.anon_vmas[id];
    a.refcount = 1;
    a.birth = ++k.births;
    a.root = root ? root : id;
    a.parent = parent ? parent : id;
    return id;
}

// anon_vma_chain_link() and anon_vma_chain_assign(): at the head of the VMA's list, and into the tree.
void chain_link(Kernel& k, Id<Vma> vma, Id<AnonVma> anon_vma, Linked why) {
    Id<Avc> id = k.avcs.make({});
    Avc& avc = k.avcs[id];
    avc.vma = vma;
    avc.anon_vma = anon_vma;
    avc.linked = why;
    avc.narrowest = interval(k.vmas[vma].range);
    avc.next = k.vmas[vma].chain;
    k.vmas[vma].chain = id;
    ++k.vmas[vma].chain_len;
    interval_tree_insert(k, id);
}

// The anon_vmas of a chain, head first.
std::vector<Id<AnonVma>> chain_of(const Kernel& k, Id<Vma> vma) {
    std::vector<Id<AnonVma>> chain;
    for (Id<Avc> a = k.vmas[vma].chain; a; a = k.avcs[a].next) chain.push_back(k.avcs[a].anon_vma);
    return chain;
}

// anon_vma_compatible(): neighbours that could be one VMA but for their access bits.
bool compatible(const Vma& a, const Vma& b) {
    return a.file == b.file && !((a.flags ^ b.flags) & ~(VM_ACCESS_FLAGS | VM_STICKY)) &&
           linear_neighbours(a.range, b.range);
}

// reusable_anon_vma(): of `old`, if a and b are compatible and old was never cloned by fork.
Id<AnonVma> reusable(const Kernel& k, Id<Vma> old, Id<Vma> a, Id<Vma> b) {
    if (compatible(k.vmas[a], k.vmas[b]) && k.vmas[old].anon_vma && k.vmas[old].chain_len == 1)
        return k.vmas[old].anon_vma;
    return {};
}

// find_mergeable_anon_vma(): the next neighbour is asked first.
Id<AnonVma> find_mergeable_anon_vma(const Kernel& k, Id<Vma> vma) {
    if (Id<Vma> next = next_vma(k, vma))
        if (Id<AnonVma> a = reusable(k, next, vma, next)) return a;
    if (Id<Vma> prev = prev_vma(k, vma)) return reusable(k, prev, prev, vma);
    return {};
}

} // namespace

void get_anon_vma(Kernel& k, Id<AnonVma> id) { ++k.anon_vmas[id].refcount; }

void put_anon_vma(Kernel& k, Id<AnonVma> id) { // __put_anon_vma()
    AnonVma& a = k.anon_vmas[id];
    require(a.refcount > 0, "an anon_vma is put more often than it was taken");
    if (--a.refcount) return;
    Id<AnonVma> root = a.root;
    require(a.tree.empty(), "an anon_vma is freed while VMAs are in its tree");
    k.anon_vmas.drop(id);
    if (root != id) put_anon_vma(k, root);
}

void anon_vma_prepare(Kernel& k, Id<Vma> vma) {
    if (k.vmas[vma].anon_vma) return;
    Id<AnonVma> anon_vma = find_mergeable_anon_vma(k, vma);
    if (!anon_vma) {
        anon_vma = alloc(k, {}, {});
        ++k.anon_vmas[anon_vma].num_children; // a root counts itself
    }
    need_anon_vma_write_lock(k, anon_vma);
    k.vmas[vma].anon_vma = anon_vma;
    chain_link(k, vma, anon_vma, Linked::prepared);
    ++k.anon_vmas[anon_vma].num_active_vmas;
}

void anon_vma_clone(Kernel& k, Id<Vma> dst, Id<Vma> src, Linked why) {
    std::vector<Id<AnonVma>> chain = chain_of(k, src);
    if (!chain.empty()) need_anon_vma_write_lock(k, chain.front());
    if (!k.config.rules.clone_reverses_chain) std::ranges::reverse(chain);
    for (Id<AnonVma> each : chain) { // each goes to the head of the new list
        chain_link(k, dst, each, why);
        const AnonVma& a = k.anon_vmas[each];
        if (!k.vmas[dst].anon_vma && k.vmas[src].anon_vma && a.num_children < 2 && a.num_active_vmas == 0)
            k.vmas[dst].anon_vma = each;
    }
    if (k.vmas[dst].anon_vma) ++k.anon_vmas[k.vmas[dst].anon_vma].num_active_vmas;
}

void anon_vma_fork(Kernel& k, Id<Vma> child, Id<Vma> parent) {
    if (!k.vmas[parent].anon_vma) return;
    k.vmas[child].anon_vma = {};
    k.anon_vmas[k.vmas[parent].anon_vma].forked = true;
    anon_vma_clone(k, child, parent, Linked::forked);
    if (k.vmas[child].anon_vma) return; // reused
    Id<AnonVma> of_parent = k.vmas[parent].anon_vma;
    Id<AnonVma> own = alloc(k, k.anon_vmas[of_parent].root, of_parent);
    ++k.anon_vmas[own].num_active_vmas;
    get_anon_vma(k, k.anon_vmas[own].root);
    k.vmas[child].anon_vma = own;
    chain_link(k, child, own, Linked::prepared);
    ++k.anon_vmas[of_parent].num_children;
}

void unlink_anon_vmas(Kernel& k, Id<Vma> vma) {
    std::vector<Id<AnonVma>> emptied;
    if (k.vmas[vma].chain) need_anon_vma_write_lock(k, k.avcs[k.vmas[vma].chain].anon_vma);
    for (Id<Avc> at = k.vmas[vma].chain; at;) {
        Id<Avc> avc = at;
        at = k.avcs[at].next;
        Id<AnonVma> anon_vma = k.avcs[avc].anon_vma;
        interval_tree_remove(k, avc);
        k.avcs.drop(avc);
        if (k.anon_vmas[anon_vma].tree.empty()) {
            --k.anon_vmas[k.anon_vmas[anon_vma].parent].num_children;
            emptied.push_back(anon_vma); // put once the walk over the chain is done
        }
    }
    Vma& v = k.vmas[vma];
    if (v.anon_vma) --k.anon_vmas[v.anon_vma].num_active_vmas;
    v.anon_vma = {};
    v.chain = {};
    v.chain_len = 0;
    for (Id<AnonVma> a : emptied) put_anon_vma(k, a);
}

bool dup_anon_vma(Kernel& k, Id<Vma> dst, Id<Vma> src) {
    if (!k.vmas[src].anon_vma || k.vmas[dst].anon_vma) return false;
    k.vmas[dst].anon_vma = k.vmas[src].anon_vma;
    anon_vma_clone(k, dst, src, Linked::joined);
    return true;
}

bool vma_is_fork_child(const Kernel& k, Id<Vma> vma) {
    return vma && k.vmas[vma].anon_vma && k.vmas[vma].chain_len > 1;
}

void anon_vma_interval_tree_pre_update_vma(Kernel& k, Id<Vma> vma) {
    if (k.vmas[vma].anon_vma) need_anon_vma_write_lock(k, k.vmas[vma].anon_vma);
    for (Id<Avc> a = k.vmas[vma].chain; a; a = k.avcs[a].next) interval_tree_remove(k, a);
}

void anon_vma_interval_tree_post_update_vma(Kernel& k, Id<Vma> vma) {
    for (Id<Avc> a = k.vmas[vma].chain; a; a = k.avcs[a].next) {
        interval_tree_insert(k, a);
        Avc& avc = k.avcs[a];
        avc.narrowest = {std::max(avc.narrowest.first, avc.offsets.first),
                         std::min(avc.narrowest.last, avc.offsets.last)};
    }
}

} // namespace model
