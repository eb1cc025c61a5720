#include "checker/search/random/fields.h"

#include <algorithm>

#include "model/address_space.h"
#include "model/page_table.h"

namespace checker::inline search {

using namespace model;

namespace {

Vpn pool_page(Draft& d) { return first_page + Pages{d.random.below(d.scope.pages)}; }

// A VMA of the process, by a page of the pool at or below it; none if there is none.
Id<Vma> some_vma(Draft& d) {
    if (!d.mm) return {};
    if (Id<Vma> vma = find_vma(d.k, d.mm, pool_page(d))) return vma;
    return first_vma(d.k, d.mm);
}

// An entry of the page table that is worth an operation of the kernel: mapped or swapped out, KSM pages preferred.
Id<Pte> some_pte(Draft& d) {
    if (!d.mm) return {};
    Id<Pte> found;
    for (int tries = 0; tries < 4; ++tries) {
        Id<Pte> pte = pte_from(d.k, d.mm, pool_page(d));
        if (!pte) pte = pte_from(d.k, d.mm, first_page);
        if (!pte) break;
        const Pte& p = d.k.ptes[pte];
        if (p.kind == Pte::Kind::swap || !found) found = pte;
        if (p.kind == Pte::Kind::swap) break;
        if (p.kind != Pte::Kind::present) continue;
        found = pte;
        if (d.k.folios[p.folio].mapping == Folio::Mapping::ksm) break;
    }
    return found;
}

Vpn first_address(Draft& d) {
    if (d.by_kernel || d.random.percent(15))
        if (Id<Pte> pte = some_pte(d)) return d.k.ptes[pte].page;
    if (d.random.percent(d.mapped ? 85 : 30))
        if (Id<Vma> vma = some_vma(d)) {
            const Range& r = d.k.vmas[vma].range;
            return d.random.percent(70) ? r.start : r.start + Pages{d.random.below(vma_pages(r).n)};
        }
    return pool_page(d);
}

// Where something moves to: a page of the pool, or right beside a VMA, or where offset and address agree again.
Vpn second_address(Draft& d) {
    const std::uint32_t kind = d.random.below(100);
    if (kind < 25)
        if (Id<Vma> vma = some_vma(d)) {
            const Range& r = d.k.vmas[vma].range;
            const std::uint64_t pages = d.length >> PAGE_SHIFT;
            return d.random.percent(50) || r.start.n < pages ? r.end : r.start - Pages{pages};
        }
    if (kind < 40 && d.mm)
        if (Id<Vma> vma = vma_at(d.k, d.mm, d.at)) {
            const Pgoff offset = linear_page_index(d.k.vmas[vma].range, d.at);
            if (offset.n >= first_page.n && offset.n < first_page.n + d.scope.pages) return {offset.n};
        }
    return pool_page(d);
}

bool goes_wrong(Draft& d, std::uint32_t percent) {
    if (!d.wrong || !d.random.percent(percent)) return false;
    d.wrong = false;
    return true;
}

std::uint64_t pages_up_to(Draft& d, std::uint32_t most) { return std::uint64_t{1} + d.random.below(most); }

} // namespace

Id<Mm> draw_process(Random& random, const Kernel& k) {
    std::uint32_t seen = 0;
    Id<Mm> chosen;
    for (Id<Mm> mm = k.processes.first(k.mms); mm; mm = k.processes.next(k.mms, mm))
        if (random.below(++seen) == 0) chosen = mm;
    return chosen;
}

Vpn draw_free_range(Draft& d, Pages pages) {
    for (int tries = 0; tries < 4; ++tries) {
        const Vpn at = pool_page(d);
        if (range_is_free(d.k, d.mm, at, at + pages)) return at;
    }
    Vpn at = first_page;
    while (!range_is_free(d.k, d.mm, at, at + pages)) at = at + Pages{1};
    return at;
}

void draw(Draft& d, Address& f) {
    const Vpn page = d.addresses++ ? second_address(d) : first_address(d);
    if (d.addresses == 1) d.at = page;
    f.v = address(page);
    if (!goes_wrong(d, 30)) return;
    const std::uint64_t top =
        0 - address(first_page + Pages{d.scope.pages}); // the last pages of all: lengths wrap there
    const std::uint64_t odd[] = {1, 0x800, TASK_SIZE + PAGE_SIZE, top};
    f.v += d.random.pick(odd);
}

void draw(Draft& d, Length& f) {
    if (d.lengths++) { // mremap's new length: mostly the old one
        f.v = d.length;
        if (d.random.percent(15)) f.v += PAGE_SIZE * pages_up_to(d, 2);
        if (d.random.percent(5) && f.v > PAGE_SIZE) f.v -= PAGE_SIZE;
    } else {
        std::uint64_t pages = d.random.percent(50) ? 1 : pages_up_to(d, 4);
        if (d.random.percent(30) && d.mm)
            if (Id<Vma> vma = vma_at(d.k, d.mm, d.at)) // never so many pages that filling them takes long
                pages = std::min<std::uint64_t>((d.k.vmas[vma].range.end - d.at).n, 2 * d.scope.pages);
        d.length = f.v = pages << PAGE_SHIFT;
    }
    if (!goes_wrong(d, 40)) return;
    constexpr std::uint64_t odd[] = {0, 1, 0x1800, TASK_SIZE, ~std::uint64_t{0}};
    d.length = f.v = d.random.pick(odd);
}

void draw(Draft& d, MapBits& f) {
    f.v = map_private | map_fixed;
    if (!d.random.percent(d.mix.files)) f.v |= map_anonymous;
    if (d.mix.noreserve) f.v |= map_noreserve;
    if (d.random.percent(d.mix.strange)) {
        constexpr std::uint64_t more[] = {map_growsdown,       map_populate,  map_locked,
                                          map_fixed_noreplace, map_noreserve, map_stack};
        f.v |= d.random.pick(more);
    }
    if (d.random.percent(d.mix.strange)) f.v &= ~std::uint64_t{map_fixed};
    if (goes_wrong(d, 50)) f.v ^= map_private;
    d.map_flags = f.v;
}

void draw(Draft& d, Fd& f) {
    f.v = d.map_flags & map_anonymous ? -1 : d.random.percent(85) ? 3 : 4;
    if (goes_wrong(d, 50)) f.v = -1;
}

void draw(Draft& d, FileOffset& f) { // of anonymous memory it has no meaning
    f.v = d.map_flags & map_anonymous ? 0 : address(d.random.percent(30) ? d.at : pool_page(d));
    if (goes_wrong(d, 100)) f.v = d.random.percent(50) ? f.v + 1 : ~std::uint64_t{0xfff};
}

void draw(Draft& d, ProtBits& f) {
    const std::uint32_t kind = d.random.below(100);
    f.v = kind < 72   ? prot_read | prot_write
          : kind < 92 ? prot_read
          : kind < 96 ? prot_none
                      : prot_read | prot_write | prot_exec;
    if (goes_wrong(d, 50)) f.v |= prot_growsdown | prot_growsup;
}

void draw(Draft& d, MremapBits& f) {
    const std::uint32_t kind = d.random.below(100);
    constexpr std::uint64_t move = mremap_maymove | mremap_fixed, none = 0;
    f.v = kind < 62   ? move
          : kind < 78 ? move | mremap_dontunmap
          : kind < 84 ? mremap_maymove | mremap_dontunmap
          : kind < 94 ? std::uint64_t{mremap_maymove}
                      : none;
    if (goes_wrong(d, 50)) f.v = d.random.below(16);
}

void draw(Draft& d, AdviceCode& f) {
    constexpr std::uint64_t usual[] = {madv_mergeable,   madv_mergeable,   madv_mergeable, madv_mergeable,
                                       madv_unmergeable, madv_unmergeable, madv_dontneed,  madv_dontneed,
                                       madv_pageout,     madv_pageout};
    constexpr std::uint64_t unusual[] = {madv_dontfork,   madv_dofork, madv_wipeonfork,      madv_keeponfork,
                                         madv_random,     madv_normal, madv_populate_read,   madv_populate_write,
                                         madv_nohugepage, madv_free,   madv_dontneed_locked, madv_cold};
    f.v = d.random.percent(d.mix.strange) ? d.random.pick(unusual) : d.random.pick(usual);
    if (goes_wrong(d, 60)) f.v = 99;
}

void draw(Draft& d, Byte& f) {
    f.v = static_cast<std::uint8_t>(d.random.percent(4) ? 0 : pages_up_to(d, d.mix.contents));
}

void draw(Draft& d, Count& f) {
    f.v = d.knob ? d.random.below(4) : pages_up_to(d, 3);
    if (goes_wrong(d, 100)) f.v = d.knob ? 99 : 0;
}

void draw(Draft& d, PidArg& f) {
    d.mm = draw_process(d.random, d.k);
    f.v = d.mm ? d.k.mms[d.mm].pid : 1;
}

void draw(Draft& d, Switch& f) {
    f.v = d.switches++ ? 0 : d.random.percent(70);
    if (goes_wrong(d, 40)) f.v = 1;
}

void draw(Draft&, PrctlOption&) {}

void draw(Draft& d, Knob& f) {
    f.v = static_cast<KnobName>(d.random.below(std::size(knob_names)));
    d.knob = f.v;
}

} // namespace checker::inline search
