#include "model/ops/mremap.h"

#include "model/anon_vma.h"
#include "model/ksm.h"
#include "model/ops/common.h"
#include "model/page_table.h"

namespace model {
namespace {

// struct vma_remap_struct: one call, in bytes, lengths rounded up to pages.
struct Remap {
    Kernel& k;
    Id<Mm> mm;
    std::uint64_t addr, old_len, new_len, flags, new_addr;
    const Context& c;

    bool fixed() const { return flags & mremap_fixed; }
    bool dontunmap() const { return flags & mremap_dontunmap; }
    bool moves_to_place() const { return fixed() || dontunmap(); }
    Id<Vma> source() const { return vma_at(k, mm, vpn(addr)); }
};

// check_mremap_params(), 6.17, in two parts; before, the first stands in SYSCALL_DEFINE5(mremap), the second in
// mremap_to().
Errno check_params(const Remap& r) {
    constexpr std::uint64_t known = mremap_maymove | mremap_fixed | mremap_dontunmap;
    if (r.flags & ~known || r.addr % PAGE_SIZE || !r.new_len) return Errno::einval;
    if (!r.moves_to_place()) return r.new_len > TASK_SIZE ? Errno::einval : Errno::ok;
    return !(r.flags & mremap_maymove) || (r.dontunmap() && r.old_len != r.new_len) ? Errno::einval : Errno::ok;
}
Errno check_place(const Remap& r) {
    if (!r.moves_to_place()) return Errno::ok;
    if (r.new_len > TASK_SIZE) return Errno::einval;
    if (r.new_addr % PAGE_SIZE || r.new_addr > TASK_SIZE - r.new_len) return Errno::einval;
    if (r.addr + r.old_len > r.new_addr && r.new_addr + r.new_len > r.addr) return Errno::einval;
    return Errno::ok;
}

// Is there room for the VMAs that a call may make? Asked before the source is looked at: since 7.0 of every call
// (check_map_count_against_split_early()), before of a move to a place (mremap_to()).
Errno check_count(const Remap& r) {
    const std::uint64_t count = r.k.mms[r.mm].map_count, limit = r.k.config.max_map_count;
    const bool full = r.k.config.rules.mremap_counts_early ? count + 4 + r.dontunmap() > limit
                                                           : r.moves_to_place() && count + 2 + 3 >= limit;
    return full ? Errno::enomem : Errno::ok;
}
// The same of one VMA of it: prep_move_vma(), before move_vma().
Errno check_count_of_move(const Remap& r, bool presplits) {
    const std::uint64_t count = r.k.mms[r.mm].map_count, limit = r.k.config.max_map_count;
    const bool full = r.k.config.rules.mremap_counts_early ? count + 2 + presplits > limit : count + 3 >= limit;
    return full ? Errno::enomem : Errno::ok;
}

// check_prep_vma(), vma_to_resize(): may this much of the VMA be moved or resized?
Errno check_vma(const Remap& r, Id<Vma> vma) {
    if (!vma) return Errno::efault;
    if (!r.old_len) return Errno::einval; // only shared mappings can be duplicated
    // What is left after shrinking must lie in one VMA; the tail that goes may lie in any.
    if (std::min(r.old_len, r.new_len) > address(r.k.vmas[vma].range.end) - r.addr) return Errno::efault;
    return Errno::ok;
}

// copy_vma(): where the pages have never been written, an offset that nobody uses is set anew.
Range range_of_copy(const Kernel& k, const Vma& v, Vpn from, Vpn to, Pages pages) {
    if (v.anon_vma) return move_faulted(v.range, from, to, pages);
    if (v.file < 0) return move_unfaulted(to, pages);
    return k.config.rules.separate_anon_pgoff ? move_unfaulted_file(v.range, from, to, pages)
                                              : move_faulted(v.range, from, to, pages);
}

// copy_vma(): the VMA at the destination, by merging or new.
Id<Vma> copy_vma(Kernel& k, Id<Vma>& vma, Vpn from, Vpn to, Pages pages, bool dontunmap) {
    const Vma& v = k.vmas[vma];
    const Range range = range_of_copy(k, v, from, to, pages);
    const bool unwritten = v.file < 0 && !v.anon_vma;
    const bool apart = dontunmap && unwritten && !k.config.rules.dontunmap_merges_with_source;
    const MergeRequest request{v.mm, range, v.flags, v.file, v.anon_vma, vma, false, apart ? vma : Id<Vma>{}};
    if (const Id<Vma> made = vma_merge_new_range(k, request)) {
        if (!k.vmas.alive(vma) || contains(k.vmas[made].range, from)) vma = made; // the source is part of the copy now
        return made;
    }
    const Id<Vma> made = dup_vma(k, vma, k.vmas[vma].mm, range);
    anon_vma_clone(k, made, vma);
    return made;
}

// dontunmap_complete(): the source stays, without its pages; whole, it is as if never written.
void keep_source(Kernel& k, Id<Vma> vma, Id<Vma> made, Vpn start, Vpn end) {
    Vma& v = k.vmas[vma];
    v.flags &= ~std::uint64_t{VM_LOCKED};
    if (vma == made || v.range.start != start || v.range.end != end) return;
    unlink_anon_vmas(k, vma);
    if (v.file < 0 && k.config.rules.dontunmap_resets_pgoff) v.range = at_home(start, end);
    if (v.file >= 0 && k.config.rules.separate_anon_pgoff) v.range = file_at_home(start, end, vm_pgoff(v.range));
}

// shrink_vma(): do_vmi_munmap() of the tail, which no one looked at before.
Errno shrink(const Remap& r) {
    const std::uint64_t start = r.addr + r.new_len, length = r.old_len - r.new_len;
    if (start > TASK_SIZE || length > TASK_SIZE - start) return Errno::einval;
    return unmap_range(r.k, r.mm, vpn(start), vpn(start + length));
}

// move_vma(): the range leaves `vma` for new_addr, where room has been made.
Result move_vma(const Remap& r, Id<Vma> vma, std::uint64_t new_addr) {
    Kernel& k = r.k;
    const bool locked = k.vmas[vma].flags & VM_LOCKED;
    const bool presplits = locked && r.dontunmap() && k.config.rules.dontunmap_presplits_locked; // needs_pre_split()
    if (Errno e = check_count_of_move(r, presplits); e != Errno::ok) return e;
    const Vpn from = vpn(r.addr), from_end = vpn(r.addr + r.old_len), to = vpn(new_addr);
    if ((k.vmas[vma].flags & VM_MERGEABLE) && k.vmas[vma].anon_vma) // prep_move_vma(): the flag stays
        unmerge_ksm_pages(k, vma, from, from_end);
    if (presplits)
        if (Errno e = split_to(k, vma, from, from_end); e != Errno::ok) return e;
    const Id<Vma> made = copy_vma(k, vma, from, to, Pages{r.new_len >> PAGE_SHIFT}, r.dontunmap());
    move_page_tables(k, r.mm, from, to, from_end - from);
    if (r.dontunmap())
        keep_source(k, vma, made, from, from_end);
    else
        unmap_range(k, r.mm, from, from_end); // unmap_source_vma(): at the limit the source simply stays
    if (locked && r.new_len > r.old_len) populate(k, r.mm, vpn(new_addr + r.old_len), vpn(new_addr + r.new_len));
    return Result::of(new_addr);
}

// remap_move(): every VMA of the range, gaps preserved. What was moved before an error stays moved.
Result move_many(const Remap& whole) {
    const std::uint64_t end = whole.addr + whole.old_len;
    bool first = true;
    for (std::uint64_t at = whole.addr; at < end;) {
        Id<Vma> vma = find_vma(whole.k, whole.mm, vpn(at));
        if (!vma || address(whole.k.vmas[vma].range.start) >= end) break;
        const std::uint64_t start = std::max(at, address(whole.k.vmas[vma].range.start));
        if (first && start != at) return Errno::efault;
        const std::uint64_t stop = std::min(end, address(whole.k.vmas[vma].range.end));
        Remap part = whole;
        part.addr = start;
        part.old_len = part.new_len = stop - start;
        part.new_addr = whole.new_addr + (start - whole.addr);
        if (Errno e = unmap_range(part.k, part.mm, vpn(part.new_addr), vpn(part.new_addr + part.new_len));
            e != Errno::ok)
            return e;
        if (Result moved = move_vma(part, part.source(), part.new_addr); moved.error != Errno::ok) return moved;
        at = stop;
        first = false;
    }
    return first ? Result(Errno::efault) : Result::of(whole.new_addr);
}

// mremap_to(): MREMAP_FIXED or MREMAP_DONTUNMAP, one VMA.
Result move_to(Remap r) {
    const Rules& version = r.k.config.rules;
    if (!version.mremap_unmaps_destination_first)
        if (Errno e = check_vma(r, r.source()); e != Errno::ok) return e;
    if (r.fixed())
        if (Errno e = unmap_range(r.k, r.mm, vpn(r.new_addr), vpn(r.new_addr + r.new_len)); e != Errno::ok) return e;
    if (r.old_len > r.new_len) {
        if (Errno e = shrink(r); e != Errno::ok) return e;
        r.old_len = r.new_len;
    }
    if (version.mremap_unmaps_destination_first)
        if (Errno e = check_vma(r, r.source()); e != Errno::ok) return e;
    if (r.fixed()) return move_vma(r, r.source(), r.new_addr);
    const Result place = chosen_place(r.c, r.new_len, "mremap with MREMAP_DONTUNMAP but without MREMAP_FIXED");
    return place.error == Errno::ok ? move_vma(r, r.source(), place.value) : place;
}

// mremap_at(), expand_vma(): in place if it can be, else where the kernel chooses.
Result grow(const Remap& r) {
    Kernel& k = r.k;
    const Id<Vma> vma = r.source();
    if (Errno e = check_vma(r, vma); e != Errno::ok) return e;
    const Vpn old_end = vpn(r.addr + r.old_len), new_end = vpn(r.addr + r.new_len);
    const bool ends_here = k.vmas[vma].range.end == old_end;
    if (ends_here && new_end <= vpn(TASK_SIZE) && range_is_free(k, r.mm, old_end, new_end)) { // vma_merge_extend()
        const Vma& v = k.vmas[vma];
        const Range more = part_of(v.range, old_end, new_end);
        const bool locked = v.flags & VM_LOCKED;
        if (!vma_merge_new_range(k, {r.mm, more, v.flags, v.file, v.anon_vma, {}, false})) return Errno::enomem;
        if (locked) populate(k, r.mm, old_end, new_end);
        return Result::of(r.addr);
    }
    if (!(r.flags & mremap_maymove)) return Errno::enomem;
    const Result place = chosen_place(r.c, r.new_len, "mremap that grows and moves");
    return place.error == Errno::ok ? move_vma(r, vma, place.value) : place;
}

} // namespace

Result apply(Context c, const Mremap& op) {
    const Remap r{
        c.k,           c.mm, op.old_addr.v, page_align(op.old_length.v), page_align(op.new_length.v), op.flags.v,
        op.new_addr.v, c};
    if (Errno e = check_params(r); e != Errno::ok) return e;
    if (c.k.config.rules.mremap_unmaps_destination_first && !r.source()) return Errno::efault;
    if (Errno e = check_place(r); e != Errno::ok) return e;
    if (Errno e = check_count(r); e != Errno::ok) return e;
    if (!r.source()) return Errno::efault;
    if (r.moves_to_place()) {
        const bool many = c.k.config.rules.mremap_moves_many && r.fixed() && r.old_len == r.new_len && r.old_len;
        return many ? move_many(r) : move_to(r);
    }
    if (r.old_len && r.old_len == r.new_len) return Result::of(r.addr);
    if (!r.old_len) return Errno::einval;
    if (r.new_len > r.old_len) return grow(r);
    if (Errno e = shrink(r); e != Errno::ok) return e;
    return Result::of(r.addr);
}

} // namespace model
