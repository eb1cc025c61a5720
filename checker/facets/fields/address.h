// Addresses: few of them, and used often.
#pragma once

#include "checker/facets/questions.h"
#include "model/page_table.h"

namespace checker::inline facets {

template <> struct Facets<model::Address> : FieldDefaults<model::Address> {
    // The first address is where memory is, or is to be; the second where something moves to.
    static void draw(Draft& d, model::Address& f) {
        const model::Vpn page = d.addresses++ ? destination(d) : place(d);
        if (d.addresses == 1) d.at = page;
        f.v = model::address(page);
        if (!goes_wrong(d, 30)) return;
        const std::uint64_t top = // the last pages of all: lengths wrap there
            0 - model::address(first_page + model::Pages{d.scope.pages});
        const std::uint64_t odd[] = {1, 0x800, model::TASK_SIZE + model::PAGE_SIZE, top};
        f.v += d.random.pick(odd);
    }

    static std::vector<model::Address> choices(const Bounds& b, model::Pid) {
        std::vector<model::Address> all;
        for (unsigned i = 0; i < b.pages; ++i) all.push_back({b.base + i * model::PAGE_SIZE});
        return all;
    }

    static std::uint64_t rank(const model::Address& f) {
        const std::uint64_t first = model::address(first_page);
        if (f.v < first) return 1000 + f.v;
        return (f.v - first) / model::PAGE_SIZE + (f.v % model::PAGE_SIZE ? 1000 : 0);
    }
    static std::vector<model::Address> values(const ValuesInUse& v) { return all_of<model::Address>(v.addresses); }
    static bool unusual(const model::Address& f) { return rank(f) >= 1000 && f.v % model::PAGE_SIZE; }

  private:
    static model::Vpn place(Draft& d) {
        if (!d.k.flights.empty() && d.random.percent(40))
            if (model::Id<model::Pte> pte = migrating_pte(d)) return d.k.ptes[pte].page;
        if (d.by_kernel || d.random.percent(15))
            if (model::Id<model::Pte> pte = draw_pte(d)) return d.k.ptes[pte].page;
        if (d.random.percent(d.mapped ? 85 : 30))
            if (model::Id<model::Vma> vma = draw_vma(d)) {
                const model::Range& r = d.k.vmas[vma].range;
                return d.random.percent(70) ? r.start : r.start + model::Pages{d.random.below(vma_pages(r).n)};
            }
        return pool_page(d);
    }

    // An entry that an operation in flight has in its hands: what happens to it now matters most.
    static model::Id<model::Pte> migrating_pte(Draft& d) {
        if (!d.mm) return {};
        model::Id<model::Pte> pte = model::pte_from(d.k, d.mm, first_page);
        while (pte && d.k.ptes[pte].kind != model::Pte::Kind::migration) pte = model::next_pte(d.k, d.mm, pte);
        return pte;
    }

    // A page of the pool, or right beside a VMA, or where offset and address agree again.
    static model::Vpn destination(Draft& d) {
        const std::uint32_t kind = d.random.below(100);
        if (kind < 25)
            if (model::Id<model::Vma> vma = draw_vma(d)) {
                const model::Range& r = d.k.vmas[vma].range;
                const std::uint64_t pages = d.length >> model::PAGE_SHIFT;
                return d.random.percent(50) || r.start.n < pages ? r.end : r.start - model::Pages{pages};
            }
        if (kind < 40 && d.mm)
            if (model::Id<model::Vma> vma = model::vma_at(d.k, d.mm, d.at)) {
                const model::Pgoff offset = model::linear_page_index(d.k.vmas[vma].range, d.at);
                if (offset.n >= first_page.n && offset.n < first_page.n + d.scope.pages) return {offset.n};
            }
        return pool_page(d);
    }

    // An entry of the page table that is worth an operation of the kernel: mapped or swapped out, KSM pages preferred.
    static model::Id<model::Pte> draw_pte(Draft& d) {
        if (!d.mm) return {};
        model::Id<model::Pte> found;
        for (int tries = 0; tries < 4; ++tries) {
            model::Id<model::Pte> pte = model::pte_from(d.k, d.mm, pool_page(d));
            if (!pte) pte = model::pte_from(d.k, d.mm, first_page);
            if (!pte) break;
            const model::Pte& p = d.k.ptes[pte];
            if (p.kind == model::Pte::Kind::swap || !found) found = pte;
            if (p.kind == model::Pte::Kind::swap) break;
            if (p.kind != model::Pte::Kind::present) continue;
            found = pte;
            if (d.k.folios[p.folio].mapping == model::Folio::Mapping::ksm) break;
        }
        return found;
    }
};

} // namespace checker::inline facets
