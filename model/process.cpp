#include "model/process.h"

#include "model/address_space.h"
#include "model/anon_vma.h"
#include "model/ksm.h"
#include "model/locks.h"
#include "model/page_table.h"

namespace model {

Kernel boot(const Config& config) {
    Kernel k;
    k.config = config;
    make_process(k, 1);
    return k;
}

Id<Mm> find_process(const Kernel& k, Pid pid) {
    Id<Mm> mm = k.processes.lower_bound(k.mms, [&](const Mm& m) { return m.pid >= pid; });
    return mm && k.mms[mm].pid == pid ? mm : Id<Mm>::none();
}

Id<Mm> make_process(Kernel& k, Pid pid) {
    Mm mm;
    mm.pid = pid;
    Id<Mm> id = k.mms.make(mm);
    k.processes.insert(k.mms, id);
    return id;
}

namespace {

// Mends::unshare_at_fork: the child's VMA gets a page of its own for what the entry maps. Returns whether it did.
bool copy_ksm_page(Kernel& k, Id<Vma> made, const Pte& p) {
    if (!k.config.mends.unshare_at_fork || !p.folio || k.folios[p.folio].mapping != Folio::Mapping::ksm) return false;
    if (p.kind == Pte::Kind::migration) need_folio_lock(k, p.folio);
    const Vma& v = k.vmas[made];
    const Id<Folio> copy =
        make_anon_folio(k, v.anon_vma, linear_page_index(v.range, p.page), k.folios[p.folio].byte, true);
    map_folio(k, v.mm, p.page, copy);
    ++k.ksm.copied_to_mend;
    return true;
}

// copy_present_pte(), copy_nonpresent_pte(): the child maps what the parent maps; nobody is exclusive afterwards.
void copy_pte(Kernel& k, Id<Vma> made, Id<Pte> id) {
    const Pte p = k.ptes[id];
    const Id<Mm> child = k.vmas[made].mm;
    if (copy_ksm_page(k, made, p)) return;
    switch (p.kind) {
    case Pte::Kind::zero:
    case Pte::Kind::guard:
    case Pte::Kind::ksm_zero: set_pte(k, child, p.page, p.kind); break;
    case Pte::Kind::present:
        k.folios[p.folio].exclusive = false;
        map_folio(k, child, p.page, p.folio);
        break;
    case Pte::Kind::swap:
        k.ptes[id].exclusive = false;
        map_swap(k, child, p.page, p.swap, false);
        break;
    case Pte::Kind::migration:
        k.ptes[id].exclusive = false;
        k.ptes[set_pte(k, child, p.page, p.kind)].folio = p.folio;
        ++k.folios[p.folio].migrating;
        break;
    }
}

// dup_mmap() for one VMA, without its page tables. Is there anything to copy in these?
bool link_copy(Kernel& k, Forking& f) {
    const Vma v = k.vmas[f.from];
    if (v.flags & VM_DONTCOPY) return false;
    f.made = make_vma(k, f.child, v.range, v.flags & ~std::uint64_t{VM_LOCKED}, v.file, f.from);
    if (v.flags & VM_WIPEONFORK) return false;
    anon_vma_fork(k, f.made, f.from);
    return v.anon_vma || (v.flags & VM_MAYBE_GUARD); // vma_needs_copy()
}

// copy_pte_range(): after so many entries it looks whether somebody wants the processor, or the page-table lock.
constexpr int entries_at_once = 4; // progress >= 32, 8 for an entry

void copy_entries(Kernel& k, Forking& f) {
    const Range range = k.vmas[f.from].range;
    Id<Pte> p = pte_from(k, f.parent, f.next_entry);
    for (int n = 0; n < entries_at_once && p && k.ptes[p].page < range.end; ++n, p = next_pte(k, f.parent, p))
        copy_pte(k, f.made, p);
    if (p && k.ptes[p].page < range.end) {
        f.next_entry = k.ptes[p].page;
        return;
    }
    f.next = range.end;
    f.point = Forking::Point::called;
}

} // namespace

Forking begin_fork(Kernel& k, Id<Mm> parent, Pid pid) {
    Forking f;
    f.parent = parent;
    f.child = make_process(k, pid);
    k.mms[f.child].start_brk = k.mms[parent].start_brk;
    k.mms[f.child].brk = k.mms[parent].brk;
    return f;
}

void advance(Kernel& k, Forking& f) {
    if (f.point == Forking::Point::linked) return copy_entries(k, f);
    f.from = find_vma(k, f.parent, f.next);
    if (!f.from) {
        ksm_fork(k, f.child, f.parent);
        f.over = true;
        f.result = Result::of(k.mms[f.child].pid);
        return;
    }
    f.next = k.vmas[f.from].range.end;
    const Id<Pte> p = link_copy(k, f) ? pte_from(k, f.parent, k.vmas[f.from].range.start) : Id<Pte>::none();
    if (!p || k.ptes[p].page >= f.next) return;
    f.next_entry = k.ptes[p].page;
    f.point = Forking::Point::linked;
}

Id<Mm> fork_process(Kernel& k, Id<Mm> parent, Pid pid) {
    to_the_end(k, begin_fork(k, parent, pid));
    return find_process(k, pid);
}

void exit_process(Kernel& k, Id<Mm> mm) {
    ksm_exit(k, mm);
    zap_page_range(k, mm, Vpn{0}, vpn(TASK_SIZE));
    for (Id<Vma> v = first_vma(k, mm); v; v = next_vma(k, v)) unlink_anon_vmas(k, v);
    while (Id<Vma> v = first_vma(k, mm)) free_vma(k, v);
    k.processes.erase(k.mms, mm);
    if (k.mms[mm].vm_mergeable)
        k.mms[mm].exited = true;
    else
        k.mms.drop(mm);
}

} // namespace model
