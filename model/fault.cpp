#include "model/fault.h"

#include "model/address_space.h"
#include "model/anon_vma.h"
#include "model/file.h"
#include "model/ksm.h"
#include "model/locks.h"
#include "model/page_table.h"
#include "model/rmap.h"

namespace model {
namespace {

// The page belongs to the VMA from here on, whatever its mapping says.
void note_first(Kernel& k, Id<Folio> folio, Id<Vma> vma) {
    const Id<AnonVma> own = k.vmas[vma].anon_vma;
    k.folios[folio].first = {vma, k.vmas[vma].birth, own, k.anon_vmas[own].birth};
}

// wp_page_copy(), do_cow_fault(), do_anonymous_page(): a new page of the VMA's own takes the place of what is there.
void copy_page(Kernel& k, Id<Vma> vma, Vpn page, std::uint8_t byte) {
    anon_vma_prepare(k, vma);
    const Vma& v = k.vmas[vma];
    const Id<Mm> mm = v.mm;
    Id<Folio> fresh = make_anon_folio(k, v.anon_vma, linear_page_index(v.range, page), byte, true);
    note_first(k, fresh, vma);
    if (Id<Pte> old = pte_at(k, mm, page)) zap_pte(k, mm, old);
    map_folio(k, mm, page, fresh);
}

// do_wp_page() for a mapped folio: written in place if the process is alone with it, else copied.
void write_present(Kernel& k, Id<Vma> vma, Vpn page, Id<Folio> id) {
    Folio& f = k.folios[id];
    if (f.exclusive) return;
    if (f.mapping == Folio::Mapping::anon && f.mapcount == 1 && !f.locked && !f.pins) { // wp_can_reuse_anon_folio()
        if (f.swap) folio_free_swap(k, id);
        if (folio_ref_count(f) == 1) {
            set_anon_vma(k, id, k.vmas[vma].anon_vma); // folio_move_anon_rmap()
            note_first(k, id, vma);
            f.exclusive = true;
            return;
        }
    }
    copy_page(k, vma, page, f.byte);
}

// Would only a piece have it copied?
bool mended_by_copy(const Kernel& k, const Folio& f, const Vma& v) {
    const Mends& mends = k.config.mends;
    return f.mapping == Folio::Mapping::ksm && f.node && k.config.run != 2 &&
           (mends.copy_at_swap_in || (mends.copy_where_not_mergeable && !(v.flags & VM_MERGEABLE)));
}

// ksm_might_need_to_copy(): must this folio of the swap cache be copied before the VMA can map it?
bool ksm_needs_copy(const Kernel& k, const Folio& f, const Vma& v, Vpn page) {
    if (mended_by_copy(k, f, v)) return true;
    if (f.mapping == Folio::Mapping::ksm) return !f.node || k.config.run == 2;
    if (f.index != linear_page_index(v.range, page)) return true;
    // The kernel reads ->root of the anon_vma even if it was freed meanwhile; what it finds there then is chance.
    const Id<AnonVma> of_folio = folio_anon_vma(k, f);
    return !of_folio || k.anon_vmas[of_folio].root != k.anon_vmas[v.anon_vma].root;
}

// do_swap_page(): maps what the swap entry stands for. The folio of the swap cache is used if there is one.
void swap_in(Kernel& k, Id<Vma> vma, Id<Pte> pte, Access access) {
    const Id<Mm> mm = k.vmas[vma].mm;
    const Vpn page = k.ptes[pte].page;
    const Id<SwapEntry> swap = k.ptes[pte].swap;
    bool exclusive = k.ptes[pte].exclusive;
    const Id<AnonVma> own = k.vmas[vma].anon_vma;
    const Pgoff index = linear_page_index(k.vmas[vma].range, page);
    Id<Folio> folio = k.swaps[swap].folio;
    const bool from_disk = !folio;
    if (!from_disk) need_folio_lock(k, folio);
    if (from_disk) {
        folio = make_anon_folio(k, own, index, k.swaps[swap].byte, false);
        note_first(k, folio, vma);
        k.folios[folio].swap = swap;
        k.swaps[swap].folio = folio;
    } else if (ksm_needs_copy(k, k.folios[folio], k.vmas[vma], page)) {
        k.ksm.copied_to_mend += mended_by_copy(k, k.folios[folio], k.vmas[vma]);
        Id<Folio> copy = make_anon_folio(k, own, index, k.folios[folio].byte, true);
        note_first(k, copy, vma);
        zap_pte(k, mm, pte);
        map_folio(k, mm, page, copy);
        return;
    }
    k.mms[mm].page_table.erase(k.ptes, pte);
    k.ptes.drop(pte);
    require(k.swaps[swap].count > 0, "a swap entry is used more often than it is named");
    --k.swaps[swap].count;
    Folio& f = k.folios[folio];
    const bool ksm = f.mapping == Folio::Mapping::ksm;
    // should_try_to_free_swap(): a writer that is, or would be, alone with it, or mlock.
    const bool sole_is_exclusive = k.config.rules.swap_in_sole_is_exclusive;
    const bool for_write = access == Access::write && !ksm && (sole_is_exclusive ? f.mapcount == 0 : exclusive);
    if ((k.vmas[vma].flags & VM_LOCKED) || mlocked(k, folio) || for_write) folio_free_swap(k, folio);
    const bool alone = sole_is_exclusive && !f.swap && f.mapcount == 0;
    map_folio(k, mm, page, folio);
    if (ksm && k.config.mends.item_at_swap_in && (k.vmas[vma].flags & VM_MERGEABLE)) make_item(k, vma, page, folio);
    if (!ksm && (exclusive || alone))
        f.exclusive = true;
    else if (from_disk)
        set_anon_vma(k, folio, k.anon_vmas[own].root); // __folio_set_anon(): not this VMA's own
}

// expand_downwards(): a fault below a VM_GROWSDOWN VMA. Returns the VMA that covers the page now, or none.
Id<Vma> expand_stack(Kernel& k, Id<Mm> mm, Vpn page) {
    Id<Vma> vma = find_vma(k, mm, page);
    if (!vma || !(k.vmas[vma].flags & VM_GROWSDOWN)) return {};
    if (address(page) < k.config.mmap_min_addr) return {};
    const Range old = k.vmas[vma].range;
    if (Id<Vma> prev = prev_vma(k, vma)) {
        const Vma& p = k.vmas[prev];
        if (!(p.flags & VM_GROWSDOWN) && (p.flags & VM_ACCESS_FLAGS) &&
            (page - p.range.end).n < k.config.stack_guard_gap)
            return {};
    }
    anon_vma_prepare(k, vma); // before the growth, whether or not it succeeds
    if ((old.start - page).n > vm_pgoff(old).n) return {};
    set_range(k, vma, grow_down(old, page));
    return vma;
}

bool allows(const Vma& v, Access access) { // access_error(), arch/x86/mm/fault.c
    return v.flags & (access == Access::write ? std::uint64_t{VM_WRITE} : VM_ACCESS_FLAGS);
}

// do_read_fault(), do_shared_fault(): the page of the file itself. EFAULT for the SIGBUS beyond its end.
Errno map_page_of_file(Kernel& k, Id<Vma> vma, Vpn page) {
    const Vma& v = k.vmas[vma];
    const Id<Folio> folio = read_page_of_file(k, file_of(k, v), page_of_file(v.range, page));
    if (!folio) return Errno::efault;
    map_folio(k, v.mm, page, folio);
    return Errno::ok;
}

// do_cow_fault(): the VMA gets its anon_vma before the file is asked.
Errno copy_page_of_file(Kernel& k, Id<Vma> vma, Vpn page) {
    anon_vma_prepare(k, vma);
    const Vma& v = k.vmas[vma];
    const Id<File> file = file_of(k, v);
    const Pgoff index = page_of_file(v.range, page);
    if (index >= k.files[file].end) return Errno::efault;
    const Id<Folio> there = cached_page(k, file, index);
    if (there) need_folio_lock(k, there);
    copy_page(k, vma, page, there ? k.folios[there].byte : std::uint8_t{0});
    return Errno::ok;
}

// A fault where nothing is mapped.
Errno fault_page_in(Kernel& k, Id<Vma> vma, Vpn page, Access access) {
    const Vma& v = k.vmas[vma];
    if (v.file >= 0 && (access == Access::read || (v.flags & VM_SHARED))) return map_page_of_file(k, vma, page);
    if (v.file >= 0) return copy_page_of_file(k, vma, page);
    if (access == Access::read)
        set_pte(k, v.mm, page, Pte::Kind::zero);
    else
        copy_page(k, vma, page, 0);
    return Errno::ok;
}

} // namespace

Errno access_page(Kernel& k, Id<Mm> mm, Vpn page, Access access) {
    Id<Vma> vma = vma_at(k, mm, page);
    if (!vma) vma = expand_stack(k, mm, page);
    if (!vma || !allows(k.vmas[vma], access)) return Errno::efault;
    Id<Pte> pte = pte_at(k, mm, page);
    if (pte && k.ptes[pte].kind == Pte::Kind::guard) return Errno::efault; // handle_pte_marker()
    if (pte && k.ptes[pte].kind == Pte::Kind::migration)
        need_folio_lock(k, k.ptes[pte].folio); // migration_entry_wait()
    if (pte && k.ptes[pte].kind == Pte::Kind::swap) {
        swap_in(k, vma, pte, access);
        pte = pte_at(k, mm, page);
    }
    if (!pte) return fault_page_in(k, vma, page, access);
    if (access == Access::read || (k.vmas[vma].flags & VM_SHARED)) return Errno::ok;
    if (k.ptes[pte].kind == Pte::Kind::present)
        write_present(k, vma, page, k.ptes[pte].folio);
    else
        copy_page(k, vma, page, 0);
    return Errno::ok;
}

Errno store_page(Kernel& k, Id<Mm> mm, Vpn page, std::uint8_t byte) {
    if (Errno e = access_page(k, mm, page, Access::write); e != Errno::ok) return e;
    Folio& f = k.folios[k.ptes[pte_at(k, mm, page)].folio];
    const bool own = f.mapping == Folio::Mapping::anon ? f.exclusive : f.mapping == Folio::Mapping::file;
    require(own, "a process writes a page that it shares");
    f.byte = byte;
    return Errno::ok;
}

bool break_ksm(Kernel& k, Id<Vma> vma, Vpn page) {
    Id<Pte> pte = pte_at(k, k.vmas[vma].mm, page);
    if (!pte) return false;
    const Pte& p = k.ptes[pte];
    const bool ksm = p.folio && k.folios[p.folio].mapping == Folio::Mapping::ksm;
    if (ksm && p.kind == Pte::Kind::migration) need_folio_lock(k, p.folio); // and only then is there a page to break
    if (p.kind == Pte::Kind::ksm_zero)
        copy_page(k, vma, page, 0);
    else if (p.kind == Pte::Kind::present && ksm)
        copy_page(k, vma, page, k.folios[p.folio].byte);
    else
        return false;
    return true;
}

void read_back(Kernel& k, Id<Vma> vma, Vpn page) {
    const Id<Pte> pte = pte_at(k, k.vmas[vma].mm, page);
    if (!pte || k.ptes[pte].kind != Pte::Kind::swap) return;
    const Id<Folio> folio = k.swaps[k.ptes[pte].swap].folio;
    if (!folio || k.folios[folio].mapping != Folio::Mapping::ksm) return;
    need_folio_lock(k, folio);
    ++k.ksm.copied_to_mend;
    copy_page(k, vma, page, k.folios[folio].byte);
}

} // namespace model
