#include "model/address_space.h"

#include <vector>

#include "model/anon_vma.h"
#include "model/file.h"
#include "model/page_table.h"

namespace model {

Id<Vma> find_vma(const Kernel& k, Id<Mm> mm, Vpn page) {
    return k.mms[mm].vmas.lower_bound(k.vmas, [&](const Vma& v) { return v.range.end > page; });
}

Id<Vma> vma_at(const Kernel& k, Id<Mm> mm, Vpn page) {
    Id<Vma> vma = find_vma(k, mm, page);
    return vma && contains(k.vmas[vma].range, page) ? vma : Id<Vma>::none();
}

Id<Vma> first_vma(const Kernel& k, Id<Mm> mm) { return k.mms[mm].vmas.first(k.vmas); }
Id<Vma> next_vma(const Kernel& k, Id<Vma> vma) { return k.mms[k.vmas[vma].mm].vmas.next(k.vmas, vma); }
Id<Vma> prev_vma(const Kernel& k, Id<Vma> vma) { return k.mms[k.vmas[vma].mm].vmas.prev(k.vmas, vma); }

Id<Vma> vma_below(const Kernel& k, Id<Mm> mm, Vpn page) {
    Id<Vma> at = k.mms[mm].vmas.lower_bound(k.vmas, [&](const Vma& v) { return v.range.start >= page; });
    return at ? prev_vma(k, at) : k.mms[mm].vmas.last(k.vmas);
}

bool range_is_free(const Kernel& k, Id<Mm> mm, Vpn start, Vpn end) {
    Id<Vma> vma = find_vma(k, mm, start);
    return !vma || k.vmas[vma].range.start >= end;
}

Vpn vm_start_gap(const Kernel& k, const Vma& v) {
    const std::uint64_t gap = v.flags & VM_GROWSDOWN ? k.config.stack_guard_gap : 0;
    return v.range.start.n > gap ? v.range.start - Pages{gap} : Vpn{0};
}

bool can_be_chosen(const Kernel& k, Id<Mm> mm, Vpn start, Vpn end) {
    const Id<Vma> above = find_vma(k, mm, start);
    return !above || vm_start_gap(k, k.vmas[above]) >= end;
}

Id<Vma> make_vma(Kernel& k, Id<Mm> mm, Range range, std::uint64_t flags, std::int32_t file, Id<Vma> parent) {
    Vma v;
    v.mm = mm;
    v.range = range;
    v.flags = flags;
    v.file = file;
    v.birth = ++k.births;
    Id<Vma> id = k.vmas.make(v);
    k.mms[mm].vmas.insert(k.vmas, id);
    ++k.mms[mm].map_count;
    link_file(k, id, parent);
    return id;
}

void free_vma(Kernel& k, Id<Vma> vma) {
    require(!k.vmas[vma].chain, "a VMA is freed while it is in an interval tree");
    unlink_file(k, vma);
    Id<Mm> mm = k.vmas[vma].mm;
    k.mms[mm].vmas.erase(k.vmas, vma);
    --k.mms[mm].map_count;
    k.vmas.drop(vma);
}

Id<Vma> dup_vma(Kernel& k, Id<Vma> src, Id<Mm> mm, Range range) {
    Id<AnonVma> own = k.vmas[src].anon_vma;
    Id<Vma> id = make_vma(k, mm, range, k.vmas[src].flags, k.vmas[src].file);
    k.vmas[id].anon_vma = own;
    return id;
}

void leave_trees(Kernel& k, Id<Vma> vma) {
    file_pre_update_vma(k, vma);
    anon_vma_interval_tree_pre_update_vma(k, vma);
}

void enter_trees(Kernel& k, Id<Vma> vma) {
    anon_vma_interval_tree_post_update_vma(k, vma);
    file_post_update_vma(k, vma);
}

void set_range(Kernel& k, Id<Vma> vma, Range range) {
    leave_trees(k, vma);
    k.vmas[vma].range = range;
    enter_trees(k, vma);
}

Id<Vma> split_vma_unchecked(Kernel& k, Id<Vma> vma, Vpn at, bool new_below) {
    const Range whole = k.vmas[vma].range;
    const Range below = split_below(whole, at), above = split_above(whole, at);
    // The kernel clones the chain for the new object's range before it shrinks the old one. Our address order is kept
    // by shrinking first without touching the trees, which sees the same insertions in the same order.
    Id<Mm> mm = k.vmas[vma].mm;
    Id<Vma> made;
    k.vmas[vma].range = new_below ? above : below;
    made = dup_vma(k, vma, mm, new_below ? below : above);
    anon_vma_clone(k, made, vma, Linked::split);
    set_range(k, vma, k.vmas[vma].range);
    return made;
}

Errno split_vma(Kernel& k, Id<Vma> vma, Vpn at, bool new_below) {
    if (k.mms[k.vmas[vma].mm].map_count >= k.config.max_map_count) return Errno::enomem;
    split_vma_unchecked(k, vma, at, new_below);
    return Errno::ok;
}

Errno split_to(Kernel& k, Id<Vma> vma, Vpn start, Vpn end) {
    if (k.vmas[vma].range.start < start)
        if (Errno e = split_vma(k, vma, start, true); e != Errno::ok) return e;
    return k.vmas[vma].range.end > end ? split_vma(k, vma, end, false) : Errno::ok;
}

Errno unmap_range(Kernel& k, Id<Mm> mm, Vpn start, Vpn end) {
    Id<Vma> first = find_vma(k, mm, start);
    if (!first || k.vmas[first].range.start >= end) return Errno::ok;
    if (k.vmas[first].range.start < start) { // vms_gather_munmap_vmas()
        if (k.vmas[first].range.end > end && k.mms[mm].map_count >= k.config.max_map_count) return Errno::enomem;
        split_vma_unchecked(k, first, start, true);
    }
    std::vector<Id<Vma>> doomed;
    for (Id<Vma> v = first; v && k.vmas[v].range.start < end; v = next_vma(k, v)) {
        if (k.vmas[v].range.end > end) split_vma_unchecked(k, v, end, false);
        doomed.push_back(v);
    }
    zap_page_range(k, mm, start, end); // vms_clear_ptes()
    for (Id<Vma> v : doomed) unlink_anon_vmas(k, v);
    for (Id<Vma> v : doomed) free_vma(k, v);
    return Errno::ok;
}

} // namespace model
