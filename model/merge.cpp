#include "model/merge.h"

#include "model/address_space.h"
#include "model/anon_vma.h"

namespace model {
namespace {

// Two VMAs at a range and what may stand between them.
struct Neighbours {
    Id<Vma> prev, middle, next;
};

// is_mergeable_vma(): every attribute but the anon_vma. VM_SOFTDIRTY is never set here.
bool same_attributes(const Kernel& k, Id<Vma> target, const MergeRequest& r) {
    return !((k.vmas[target].flags ^ r.flags) & ~VM_STICKY) && k.vmas[target].file == r.file;
}

// is_mergeable_anon_vma(): docs/kernel-map.md has the table. `middle` is the VMA that the range is cut from, if any.
bool anon_vmas_agree(const Kernel& k, Id<Vma> target, Id<Vma> middle, const MergeRequest& r) {
    const Vma& t = k.vmas[target];
    if (!k.config.rules.faulted_joins_unfaulted)
        return ((!t.anon_vma || !r.anon_vma) && t.chain_len == 1) || t.anon_vma == r.anon_vma;
    if (!t.anon_vma && r.anon_vma) return !vma_is_fork_child(k, middle) && !vma_is_fork_child(k, r.copied_from);
    if (t.anon_vma && !r.anon_vma) return !vma_is_fork_child(k, target);
    return t.anon_vma == r.anon_vma;
}

// can_vma_merge_left(), can_vma_merge_right().
bool can_merge_left(const Kernel& k, const Neighbours& n, const MergeRequest& r) {
    return n.prev && linear_neighbours(k.vmas[n.prev].range, r.range) && same_attributes(k, n.prev, r) &&
           anon_vmas_agree(k, n.prev, n.middle, r);
}
bool can_merge_right(const Kernel& k, const Neighbours& n, const MergeRequest& r, bool left_too) {
    if (!n.next || !linear_neighbours(r.range, k.vmas[n.next].range) || !same_attributes(k, n.next, r) ||
        !anon_vmas_agree(k, n.next, n.middle, r))
        return false;
    if (!left_too) return true;
    Id<AnonVma> left = k.vmas[n.prev].anon_vma, right = k.vmas[n.next].anon_vma;
    return !left || !right || left == right;
}

// vma_complete() with a VMA to remove: it leaves its trees and is freed.
void remove_vma(Kernel& k, Id<Vma> vma) {
    unlink_anon_vmas(k, vma);
    free_vma(k, vma);
}

// commit_merge(): target takes `range`; `adjusted`, if any, gives way and takes `rest`. Both leave their trees before
// either comes back. `sticky`: flags of all that joins.
void commit(Kernel& k, std::uint64_t sticky, Id<Vma> target, Range range, Id<Vma> adjusted = {}, Range rest = {}) {
    k.vmas[target].flags |= sticky;
    leave_trees(k, target);
    if (adjusted) leave_trees(k, adjusted);
    k.vmas[target].range = range;
    if (adjusted) k.vmas[adjusted].range = rest;
    enter_trees(k, target);
    if (adjusted) enter_trees(k, adjusted);
}

// vma_merge_existing_range(): the range is a part, or all, of n.middle. Returns the VMA that covers it, or none.
Id<Vma> merge_existing_range(Kernel& k, const Neighbours& n, const MergeRequest& r) {
    const Range mid = k.vmas[n.middle].range;
    const bool left_side = r.range.start == mid.start, right_side = r.range.end == mid.end;
    const bool left = left_side && can_merge_left(k, n, r);
    const bool right = right_side && can_merge_right(k, n, r, left);
    const bool whole = left_side && right_side;
    if (left && right) {
        dup_anon_vma(k, n.prev, k.vmas[n.next].anon_vma ? n.next : n.middle);
        const Vpn end = k.vmas[n.next].range.end;
        const std::uint64_t sticky = (r.flags | k.vmas[n.next].flags) & VM_STICKY;
        remove_vma(k, n.middle);
        remove_vma(k, n.next);
        commit(k, sticky, n.prev, grow_up(k.vmas[n.prev].range, end));
        return n.prev;
    }
    if (left) {
        dup_anon_vma(k, n.prev, n.middle);
        const Range grown = grow_up(k.vmas[n.prev].range, r.range.end);
        if (whole) {
            remove_vma(k, n.middle);
            commit(k, r.flags & VM_STICKY, n.prev, grown);
        } else
            commit(k, r.flags & VM_STICKY, n.prev, grown, n.middle, shrink_below(mid, r.range.end));
        return n.prev;
    }
    if (right) {
        dup_anon_vma(k, n.next, n.middle);
        const Range grown = grow_down(k.vmas[n.next].range, r.range.start);
        if (whole) {
            remove_vma(k, n.middle);
            commit(k, r.flags & VM_STICKY, n.next, grown);
        } else
            commit(k, r.flags & VM_STICKY, n.middle, shrink_above(mid, r.range.start), n.next, grown);
        return n.next;
    }
    return {};
}

} // namespace

Id<Vma> vma_merge_new_range(Kernel& k, const MergeRequest& r) {
    Neighbours n{vma_below(k, r.mm, r.range.end), {}, find_vma(k, r.mm, r.range.end)};
    if (r.apart && n.prev == r.apart) n.prev = {};
    if (r.apart && n.next == r.apart) n.next = {};
    const bool left = can_merge_left(k, n, r);
    const bool right = !r.just_expand && can_merge_right(k, n, r, left);
    if (!left && !right) return {};
    const Id<Vma> target = left ? n.prev : n.next; // vma_expand()
    if (left && right) dup_anon_vma(k, n.prev, n.next);
    if (r.copied_from) dup_anon_vma(k, target, r.copied_from);
    if (left && right) {
        const Vpn end = k.vmas[n.next].range.end;
        const std::uint64_t sticky = (r.flags | k.vmas[n.next].flags) & VM_STICKY;
        remove_vma(k, n.next);
        commit(k, sticky, n.prev, grow_up(k.vmas[n.prev].range, end));
    } else if (left)
        commit(k, r.flags & VM_STICKY, target, grow_up(k.vmas[target].range, r.range.end));
    else
        commit(k, r.flags & VM_STICKY, target, grow_down(k.vmas[target].range, r.range.start));
    return target;
}

void set_flags(Kernel& k, Id<Vma> vma, std::uint64_t flags) {
    k.vmas[vma].flags = flags | (k.vmas[vma].flags & VM_STICKY);
}

Errno vma_modify_flags(Kernel& k, Id<Vma> vma, Vpn start, Vpn end, std::uint64_t flags, Id<Vma>& out) {
    const Vma& v = k.vmas[vma];
    const MergeRequest r{v.mm, part_of(v.range, start, end), flags, v.file, v.anon_vma, {}, false};
    const Neighbours n{prev_vma(k, vma), vma, next_vma(k, vma)};
    if (Id<Vma> merged = merge_existing_range(k, n, r)) {
        out = merged;
        return Errno::ok;
    }
    out = vma;
    return split_to(k, vma, start, end);
}

} // namespace model
