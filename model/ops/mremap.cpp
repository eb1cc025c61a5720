#include "model/ops/mremap.h"

#include "model/anon_vma.h"
#include "model/fault.h"
#include "model/file.h"
#include "model/ksm.h"
#include "model/locks.h"
#include "model/ops/common.h"
#include "model/page_table.h"

namespace model {
namespace {

bool fixed(const Moving& m) { return m.flags & mremap_fixed; }
bool dontunmap(const Moving& m) { return m.flags & mremap_dontunmap; }
bool moves_to_place(const Moving& m) { return fixed(m) || dontunmap(m); }
Id<Vma> source(const Kernel& k, const Moving& m) { return vma_at(k, m.mm, vpn(m.addr)); }

// check_mremap_params(), 6.17, in two parts; before, the first stands in SYSCALL_DEFINE5(mremap), the second in
// mremap_to().
Errno check_params(const Moving& r) {
    constexpr std::uint64_t known = mremap_maymove | mremap_fixed | mremap_dontunmap;
    if (r.flags & ~known || r.addr % PAGE_SIZE || !r.new_len) return Errno::einval;
    if (!moves_to_place(r)) return r.new_len > TASK_SIZE ? Errno::einval : Errno::ok;
    return !(r.flags & mremap_maymove) || (dontunmap(r) && r.old_len != r.new_len) ? Errno::einval : Errno::ok;
}
Errno check_place(const Moving& r) {
    if (!moves_to_place(r)) return Errno::ok;
    if (r.new_len > TASK_SIZE) return Errno::einval;
    if (r.new_addr % PAGE_SIZE || r.new_addr > TASK_SIZE - r.new_len) return Errno::einval;
    if (r.addr + r.old_len > r.new_addr && r.new_addr + r.new_len > r.addr) return Errno::einval;
    return Errno::ok;
}

// Is there room for the VMAs that a call may make? Asked before the source is looked at: since 7.0 of every call
// (check_map_count_against_split_early()), before of a move to a place (mremap_to()).
Errno check_count(const Kernel& k, const Moving& r) {
    const std::uint64_t count = k.mms[r.mm].map_count, limit = k.config.max_map_count;
    const bool full = k.config.rules.mremap_counts_early ? count + 4 + dontunmap(r) > limit
                                                         : moves_to_place(r) && count + 2 + 3 >= limit;
    return full ? Errno::enomem : Errno::ok;
}
// The same of one VMA of it: prep_move_vma(), before move_vma().
Errno check_count_of_move(const Kernel& k, const Moving& r, bool presplits) {
    const std::uint64_t count = k.mms[r.mm].map_count, limit = k.config.max_map_count;
    const bool full = k.config.rules.mremap_counts_early ? count + 2 + presplits > limit : count + 3 >= limit;
    return full ? Errno::enomem : Errno::ok;
}

// check_prep_vma(), vma_to_resize(): may this much of the VMA be moved or resized?
Errno check_vma(const Kernel& k, const Moving& r, Id<Vma> vma) {
    if (!vma) return Errno::efault;
    if (!r.old_len && !(k.vmas[vma].flags & (VM_SHARED | VM_MAYSHARE))) return Errno::einval; // no duplicate of these
    // What is left after shrinking must lie in one VMA; the tail that goes may lie in any.
    if (std::min(r.old_len, r.new_len) > address(k.vmas[vma].range.end) - r.addr) return Errno::efault;
    return Errno::ok;
}

// copy_vma(): where the pages have never been written, an offset that nobody uses is set anew.
Range range_of_copy(const Kernel& k, const Vma& v, Vpn from, Vpn to, Pages pages) {
    if (v.anon_vma) return move_faulted(v.range, from, to, pages);
    if (v.file < 0) return move_unfaulted(to, pages);
    return k.config.rules.separate_anon_pgoff ? move_unfaulted_file(v.range, from, to, pages)
                                              : move_faulted(v.range, from, to, pages);
}

// copy_vma(): the VMA at the destination, by merging or new. A walk meets a new one behind its source; where that is
// not sure, page tables move under the rmap locks.
Id<Vma> copy_vma(Kernel& k, Id<Vma>& vma, Vpn from, Vpn to, Pages pages, bool dontunmap, bool& rmap_locks) {
    const Vma& v = k.vmas[vma];
    const Range range = range_of_copy(k, v, from, to, pages);
    const bool unwritten = v.file < 0 && !v.anon_vma;
    const bool apart = dontunmap && unwritten && !k.config.rules.dontunmap_merges_with_source;
    const MergeRequest request{v.mm, range, v.flags, v.file, v.anon_vma, vma, false, apart ? vma : Id<Vma>{}};
    if (const Id<Vma> made = vma_merge_new_range(k, request)) {
        if (!k.vmas.alive(vma) || contains(k.vmas[made].range, from)) vma = made; // the source is part of the copy now
        rmap_locks = vm_pgoff(k.vmas[made].range) <= vm_pgoff(k.vmas[vma].range);
        return made;
    }
    rmap_locks = false;
    const Id<Vma> made = dup_vma(k, vma, k.vmas[vma].mm, range);
    anon_vma_clone(k, made, vma, Linked::copied);
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
Errno shrink(Kernel& k, const Moving& m) {
    const std::uint64_t start = m.addr + m.new_len, length = m.old_len - m.new_len;
    if (start > TASK_SIZE || length > TASK_SIZE - start) return Errno::einval;
    return unmap_range(k, m.mm, vpn(start), vpn(start + length));
}

// --- one VMA's part, in the steps between which others act

void end(Moving& m, Result result) {
    m.over = true;
    m.result = result;
}

// ksm_madvise(MADV_UNMERGEABLE), without the flag: mergeable VMAs are asked, unless a piece asks others too.
void unshare(Kernel& k, Id<Vma> vma, Vpn from, Vpn from_end) {
    const Mends& mends = k.config.mends;
    if (!k.vmas[vma].anon_vma) return;
    if (mends.read_back_swap)
        for (Id<Pte> p = pte_from(k, k.vmas[vma].mm, from); p && k.ptes[p].page < from_end;) {
            const Vpn page = k.ptes[p].page;
            read_back(k, vma, page); // may replace the entry
            p = pte_from(k, k.vmas[vma].mm, page + Pages{1});
        }
    const bool mergeable = k.vmas[vma].flags & VM_MERGEABLE;
    if (!mergeable && !mends.unshare_always) return;
    const std::uint64_t copied = unmerge_ksm_pages(k, vma, from, from_end).copied;
    if (!mergeable) k.ksm.copied_to_mend += copied;
}

// The first half of move_vma(), or prep_move_vma(): what is about to move is unshared. Room has been made for it.
Errno prepare(Kernel& k, Moving& m) {
    m.vma = source(k, m);
    m.locked = k.vmas[m.vma].flags & VM_LOCKED;
    const bool presplits = m.locked && dontunmap(m) && k.config.rules.dontunmap_presplits_locked; // needs_pre_split()
    if (Errno e = check_count_of_move(k, m, presplits); e != Errno::ok) return e;
    const Vpn from = vpn(m.addr), from_end = vpn(m.addr + m.old_len);
    unshare(k, m.vma, from, from_end);
    m.point = Moving::Point::prepared;
    if (presplits) return split_to(k, m.vma, from, from_end);
    return Errno::ok;
}

// The first page from m.next on whose entry has to be moved; the end where there is none.
Vpn next_entry_to_move(const Kernel& k, const Moving& m) {
    const Vpn from_end = vpn(m.addr + m.old_len);
    const Id<Pte> pte = pte_from(k, m.mm, m.next);
    return pte ? std::min(k.ptes[pte].page, from_end) : from_end;
}

void copy(Kernel& k, Moving& m) {
    const Vpn from = vpn(m.addr);
    m.made = copy_vma(k, m.vma, from, vpn(m.new_addr), Pages{m.new_len >> PAGE_SHIFT}, dontunmap(m), m.rmap_locks);
    m.next = from;
    m.point = Moving::Point::copied;
}

// move_page_tables(): move_ptes() of one extent, which is what one page of page tables holds at both ends
// (get_extent()). Its entries move together, under the page-table locks. The next extent with an entry is the next
// point.
void move_extent(Kernel& k, Moving& m) {
    constexpr std::uint64_t entries = 512; // PTRS_PER_PTE
    const Vpn from = vpn(m.addr), from_end = vpn(m.addr + m.old_len), to = vpn(m.new_addr);
    const Vpn start = next_entry_to_move(k, m);
    const std::uint64_t to_here = to.n + (start - from).n;
    const std::uint64_t in_table = std::min(entries - start.n % entries, entries - to_here % entries);
    const Vpn stop = start + Pages{std::min(in_table, (from_end - start).n)};
    if (start < stop) {
        if (m.rmap_locks && k.vmas[m.vma].anon_vma) need_anon_vma_write_lock(k, k.vmas[m.vma].anon_vma);
        if (m.rmap_locks && k.vmas[m.vma].shared)
            need_i_mmap_write_lock(k, file_of(k, k.vmas[m.vma])); // take_rmap_locks()
        move_page_tables(k, m.mm, start, {to_here}, stop - start);
    }
    m.next = stop;
    if (next_entry_to_move(k, m) == from_end) m.point = Moving::Point::moved;
}

// The rest of move_vma(). The result is the address, unless more VMAs are to be moved.
void complete(Kernel& k, Moving& m) {
    const Vpn from = vpn(m.addr), from_end = vpn(m.addr + m.old_len);
    if (dontunmap(m))
        keep_source(k, m.vma, m.made, from, from_end);
    else if (m.old_len)
        unmap_range(k, m.mm, from, from_end); // unmap_source_vma(): at the limit the source simply stays
    if (m.locked && m.new_len > m.old_len) populate(k, m.mm, vpn(m.new_addr + m.old_len), vpn(m.new_addr + m.new_len));
}

// --- the call

// remap_move(): every VMA of the range, gaps preserved. Prepares the part that begins at `at` or above it; what was
// moved before an error stays moved.
void prepare_part(Kernel& k, Moving& m, std::uint64_t at) {
    const bool first = at == m.whole_addr;
    const Id<Vma> vma = at < m.whole_end ? find_vma(k, m.mm, vpn(at)) : Id<Vma>::none();
    if (!vma || address(k.vmas[vma].range.start) >= m.whole_end)
        return end(m, first ? Result(Errno::efault) : Result::of(m.whole_new));
    const std::uint64_t start = std::max(at, address(k.vmas[vma].range.start));
    if (first && start != at) return end(m, Errno::efault);
    const std::uint64_t stop = std::min(m.whole_end, address(k.vmas[vma].range.end));
    m.addr = start;
    m.old_len = m.new_len = stop - start;
    m.new_addr = m.whole_new + (start - m.whole_addr);
    Errno e = unmap_range(k, m.mm, vpn(m.new_addr), vpn(m.new_addr + m.new_len));
    if (e == Errno::ok) e = prepare(k, m);
    if (e != Errno::ok) end(m, e);
}

// What move_vma() takes, or the result where nothing is to be moved.
using Start = std::optional<Result>;

Start chosen(Kernel& k, Moving& m, const char* what) {
    const Result place = chosen_place({k, m.mm, m.told ? &*m.told : nullptr}, m.new_len, what);
    if (place.error != Errno::ok) return place;
    m.new_addr = place.value;
    return {};
}

// mremap_to(): MREMAP_FIXED or MREMAP_DONTUNMAP, one VMA.
Start to_place(Kernel& k, Moving& m) {
    const Rules& version = k.config.rules;
    if (!version.mremap_unmaps_destination_first)
        if (Errno e = check_vma(k, m, source(k, m)); e != Errno::ok) return e;
    if (fixed(m))
        if (Errno e = unmap_range(k, m.mm, vpn(m.new_addr), vpn(m.new_addr + m.new_len)); e != Errno::ok) return e;
    if (!source(k, m)) return Errno::efault; // a duplicate may be put over its source
    if (m.old_len > m.new_len) {
        if (Errno e = shrink(k, m); e != Errno::ok) return e;
        m.old_len = m.new_len;
    }
    if (version.mremap_unmaps_destination_first)
        if (Errno e = check_vma(k, m, source(k, m)); e != Errno::ok) return e;
    if (fixed(m)) return {};
    return chosen(k, m, "mremap with MREMAP_DONTUNMAP but without MREMAP_FIXED");
}

// mremap_at(), expand_vma(): in place if it can be, else where the kernel chooses.
Start grow(Kernel& k, Moving& m) {
    const Id<Vma> vma = source(k, m);
    if (Errno e = check_vma(k, m, vma); e != Errno::ok) return e;
    const Vpn old_end = vpn(m.addr + m.old_len), new_end = vpn(m.addr + m.new_len);
    const bool ends_here = k.vmas[vma].range.end == old_end;
    if (ends_here && new_end <= vpn(TASK_SIZE) && range_is_free(k, m.mm, old_end, new_end)) { // vma_merge_extend()
        const Vma& v = k.vmas[vma];
        const Range more = part_of(v.range, old_end, new_end);
        const bool locked = v.flags & VM_LOCKED;
        if (!vma_merge_new_range(k, {m.mm, more, v.flags, v.file, v.anon_vma, {}, false})) return Errno::enomem;
        if (locked) populate(k, m.mm, old_end, new_end);
        return Result::of(m.addr);
    }
    if (!(m.flags & mremap_maymove)) return Errno::enomem;
    return chosen(k, m, "mremap that grows and moves");
}

// do_mremap(), up to where something moves.
Start start(Kernel& k, Moving& m) {
    if (k.config.rules.dontunmap_compares_bytes && dontunmap(m) && m.old_len != m.new_len) return Errno::einval;
    m.old_len = page_align(m.old_len);
    m.new_len = page_align(m.new_len);
    if (Errno e = check_params(m); e != Errno::ok) return e;
    if (k.config.rules.mremap_unmaps_destination_first && !source(k, m)) return Errno::efault;
    if (Errno e = check_place(m); e != Errno::ok) return e;
    if (Errno e = check_count(k, m); e != Errno::ok) return e;
    if (!source(k, m)) return Errno::efault;
    if (moves_to_place(m)) {
        m.many = k.config.rules.mremap_moves_many && fixed(m) && m.old_len == m.new_len && m.old_len;
        return m.many ? Start{} : to_place(k, m);
    }
    if (m.old_len && m.old_len == m.new_len) return Result::of(m.addr);
    if (m.new_len > m.old_len) return grow(k, m);
    if (Errno e = shrink(k, m); e != Errno::ok) return e;
    return Result::of(m.addr);
}

void call(Kernel& k, Moving& m) {
    if (const Start done = start(k, m)) return end(m, *done);
    m.whole_addr = m.addr;
    m.whole_end = m.addr + m.old_len;
    m.whole_new = m.new_addr;
    if (m.many) return prepare_part(k, m, m.addr);
    if (Errno e = prepare(k, m); e != Errno::ok) end(m, e);
}

} // namespace

Moving begin(Context c, const Mremap& op) {
    Moving m;
    m.mm = c.mm;
    m.addr = op.old_addr.v;
    m.old_len = op.old_length.v;
    m.new_len = op.new_length.v;
    m.flags = op.flags.v;
    m.new_addr = op.new_addr.v;
    if (c.told) m.told = *c.told;
    return m;
}

void advance(Kernel& k, Moving& m) {
    switch (m.point) {
    case Moving::Point::called: return call(k, m);
    case Moving::Point::prepared: return copy(k, m);
    case Moving::Point::copied: return move_extent(k, m);
    case Moving::Point::moved:
        complete(k, m);
        if (!m.many) return end(m, Result::of(m.new_addr));
        return prepare_part(k, m, m.addr + m.old_len);
    }
}

Result apply(Context c, const Mremap& op) { return to_the_end(c.k, begin(c, op)); }

} // namespace model
