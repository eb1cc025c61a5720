#include "model/process.h"

#include "model/address_space.h"
#include "model/anon_vma.h"
#include "model/ksm.h"
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

// copy_present_pte(), copy_nonpresent_pte(): the child maps what the parent maps; nobody is exclusive afterwards.
void copy_pte(Kernel& k, Id<Mm> child, Id<Pte> id) {
    const Pte p = k.ptes[id];
    switch (p.kind) {
    case Pte::Kind::zero:
    case Pte::Kind::file:
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

void copy_vma(Kernel& k, Id<Mm> child, Id<Vma> of_parent) {
    const Vma v = k.vmas[of_parent];
    if (v.flags & VM_DONTCOPY) return;
    Id<Vma> vma = make_vma(k, child, v.range, v.flags & ~std::uint64_t{VM_LOCKED}, v.file);
    if (v.flags & VM_WIPEONFORK) return;
    anon_vma_fork(k, vma, of_parent);
    if (!v.anon_vma && !(v.flags & VM_MAYBE_GUARD)) return; // vma_needs_copy()
    for (Id<Pte> p = pte_from(k, v.mm, v.range.start); p && k.ptes[p].page < v.range.end; p = next_pte(k, v.mm, p))
        copy_pte(k, child, p);
}

} // namespace

Id<Mm> fork_process(Kernel& k, Id<Mm> parent, Pid pid) {
    Id<Mm> child = make_process(k, pid);
    k.mms[child].start_brk = k.mms[parent].start_brk;
    k.mms[child].brk = k.mms[parent].brk;
    ksm_fork(k, child, parent);
    for (Id<Vma> v = first_vma(k, parent); v; v = next_vma(k, v)) copy_vma(k, child, v);
    return child;
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
