#include "model/ops/madvise.h"

#include "model/anon_vma.h"
#include "model/fault.h"
#include "model/ksm.h"
#include "model/ops/common.h"
#include "model/page_table.h"
#include "model/rmap.h"

namespace model {
namespace {

// madvise_vma_behavior(): the advice that only changes flags. Returns whether it is such an advice.
bool new_flags(const Vma& v, std::uint64_t advice, std::uint64_t& flags, Errno& error) {
    error = Errno::ok;
    switch (advice) {
    case madv_normal: flags &= ~std::uint64_t{VM_RAND_READ | VM_SEQ_READ}; return true;
    case madv_sequential: flags = (flags & ~std::uint64_t{VM_RAND_READ}) | VM_SEQ_READ; return true;
    case madv_random: flags = (flags & ~std::uint64_t{VM_SEQ_READ}) | VM_RAND_READ; return true;
    case madv_dontfork: flags |= VM_DONTCOPY; return true;
    case madv_dofork: flags &= ~std::uint64_t{VM_DONTCOPY}; return true;
    case madv_wipeonfork:
        if (v.file >= 0) error = Errno::einval;
        flags |= VM_WIPEONFORK;
        return true;
    case madv_keeponfork: flags &= ~std::uint64_t{VM_WIPEONFORK}; return true;
    case madv_dontdump: flags |= VM_DONTDUMP; return true;
    case madv_dodump: flags &= ~std::uint64_t{VM_DONTDUMP}; return true;
    case madv_hugepage: flags = (flags & ~std::uint64_t{VM_NOHUGEPAGE}) | VM_HUGEPAGE; return true;
    case madv_nohugepage: flags = (flags & ~std::uint64_t{VM_HUGEPAGE}) | VM_NOHUGEPAGE; return true;
    case madv_mergeable:
        if (ksm_compatible(v.flags)) flags |= VM_MERGEABLE;
        return true;
    case madv_unmergeable: flags &= ~std::uint64_t{VM_MERGEABLE}; return true;
    default: return false;
    }
}

// MADV_PAGEOUT of one VMA: reclaims folios that this process alone maps. A dirty folio is only handed to the device,
// and stays in the swap cache until it is reclaimed again (pageout(), shrink_folio_list()).
void page_out(Kernel& k, Id<Mm> mm, Vpn start, Vpn end) {
    for (Id<Pte> at = pte_from(k, mm, start); at && k.ptes[at].page < end;) {
        const Pte p = k.ptes[at];
        if (p.kind == Pte::Kind::present && k.folios[p.folio].mapcount == 1) to_the_end(k, begin_reclaim(k, p.folio));
        at = pte_from(k, mm, p.page + Pages{1});
    }
}

// madvise_free_pte_range(): swap entries go at once, and a page that this process alone maps leaves the swap cache.
// Pages become freeable, and nothing frees them here.
void free_lazily(Kernel& k, Id<Mm> mm, Vpn start, Vpn end) {
    for (Id<Pte> at = pte_from(k, mm, start); at && k.ptes[at].page < end;) {
        const Id<Pte> next = next_pte(k, mm, at);
        const Pte p = k.ptes[at];
        if (p.kind == Pte::Kind::swap) zap_pte(k, mm, at);
        if (p.kind == Pte::Kind::present && k.folios[p.folio].mapcount == 1 && !k.folios[p.folio].locked)
            folio_free_swap(k, p.folio);
        at = next;
    }
}

// madvise_guard_install(): what is mapped there goes, and every page becomes a marker that no fault passes.
void guard_install(Kernel& k, Id<Vma> vma, Vpn start, Vpn end) {
    const bool marks = k.config.rules.guard_marks_vma;
    if (k.vmas[vma].file < 0 || !marks) anon_vma_prepare(k, vma);
    if (marks) k.vmas[vma].flags |= VM_MAYBE_GUARD; // all of it
    const Id<Mm> mm = k.vmas[vma].mm;
    zap_page_range(k, mm, start, end);
    for (Vpn page = start; page < end; page += Pages{1}) set_pte(k, mm, page, Pte::Kind::guard);
}

// madvise_guard_remove(): the VMA stays marked.
void guard_remove(Kernel& k, Id<Mm> mm, Vpn start, Vpn end) {
    for (Id<Pte> at = pte_from(k, mm, start); at && k.ptes[at].page < end;) {
        const Id<Pte> next = next_pte(k, mm, at);
        if (k.ptes[at].kind == Pte::Kind::guard) zap_pte(k, mm, at);
        at = next;
    }
}

// The advice that acts on pages and leaves the VMA as it is.
Errno act_on_pages(Kernel& k, Id<Vma> vma, Vpn start, Vpn end, std::uint64_t advice) {
    const Vma& v = k.vmas[vma];
    const Id<Mm> mm = v.mm;
    switch (advice) {
    case madv_dontneed:
        if (v.flags & VM_LOCKED) return Errno::einval;
        [[fallthrough]];
    case madv_dontneed_locked: zap_page_range(k, mm, start, end, Markers::keep); return Errno::ok;
    case madv_free:
        if ((v.flags & VM_LOCKED) || v.file >= 0) return Errno::einval;
        free_lazily(k, mm, start, end);
        return Errno::ok;
    case madv_cold:
    case madv_pageout:
        if (v.flags & VM_LOCKED) return Errno::einval;
        if (advice == madv_pageout) page_out(k, mm, start, end);
        return Errno::ok;
    case madv_guard_install:
        if (v.flags & VM_LOCKED) return Errno::einval; // is_valid_guard_vma()
        guard_install(k, vma, start, end);
        return Errno::ok;
    case madv_guard_remove: guard_remove(k, mm, start, end); return Errno::ok;
    default: return Errno::ok; // MADV_WILLNEED: only read-ahead
    }
}

// One VMA's part of the range; `vma` becomes the VMA that covers it afterwards.
Errno advise(Kernel& k, Id<Vma>& vma, Vpn start, Vpn end, std::uint64_t advice) {
    const std::uint64_t old = k.vmas[vma].flags;
    std::uint64_t flags = old;
    Errno error = Errno::ok;
    if (!new_flags(k.vmas[vma], advice, flags, error)) return act_on_pages(k, vma, start, end, advice);
    if (error != Errno::ok || flags == old) return error;
    if (advice == madv_mergeable) ksm_enter(k, k.vmas[vma].mm);
    if (advice == madv_unmergeable && k.vmas[vma].anon_vma) unmerge_ksm_pages(k, vma, start, end);
    error = vma_modify_flags(k, vma, start, end, flags, vma);
    if (error != Errno::ok) return Errno::eagain;
    set_flags(k, vma, flags);
    return Errno::ok;
}

// madvise_walk_vmas(): holes are passed over and remembered.
Errno walk_vmas(Kernel& k, Id<Mm> mm, Vpn start, Vpn end, std::uint64_t advice) {
    Errno unmapped = Errno::ok;
    while (start < end) {
        Id<Vma> vma = find_vma(k, mm, start);
        if (!vma) return Errno::enomem;
        if (start < k.vmas[vma].range.start) {
            unmapped = Errno::enomem;
            start = k.vmas[vma].range.start;
            if (start >= end) break;
        }
        if (Errno e = advise(k, vma, start, std::min(end, k.vmas[vma].range.end), advice); e != Errno::ok) return e;
        start = k.vmas[vma].range.end;
    }
    return unmapped;
}

// madvise_populate().
Errno populate_for(Kernel& k, Id<Mm> mm, Vpn start, Vpn end, Access access) {
    for (Vpn page = start; page < end; page += Pages{1}) {
        Id<Vma> vma = vma_at(k, mm, page);
        if (!vma) return Errno::enomem;
        const Id<Pte> pte = pte_at(k, mm, page);
        if (pte && k.ptes[pte].kind == Pte::Kind::guard) return Errno::efault; // as a fault that ends in SIGSEGV
        const std::uint64_t needed = access == Access::write ? std::uint64_t{VM_WRITE} : VM_ACCESS_FLAGS;
        const bool allowed = k.vmas[vma].flags & needed; // else check_vma_flags() says so, before any fault
        if (access_page(k, mm, page, access) != Errno::ok) return allowed ? Errno::efault : Errno::einval;
    }
    return Errno::ok;
}

} // namespace

Result apply(Context c, const Madvise& op) {
    const std::uint64_t length = page_align(op.length.v);
    const bool guard = op.advice.v == madv_guard_install || op.advice.v == madv_guard_remove;
    const bool known =
        guard ? c.k.config.rules.guard_regions
              : std::ranges::any_of(advice_names, [&](const FlagName& n) { return n.value == op.advice.v; });
    if (!known || op.addr.v % PAGE_SIZE || (op.length.v && !length) || op.addr.v + length < op.addr.v)
        return Errno::einval;
    const Vpn start = vpn(op.addr.v), end = vpn(op.addr.v + length);
    if (op.advice.v == madv_populate_read) return populate_for(c.k, c.mm, start, end, Access::read);
    if (op.advice.v == madv_populate_write) return populate_for(c.k, c.mm, start, end, Access::write);
    return walk_vmas(c.k, c.mm, start, end, op.advice.v);
}

} // namespace model
