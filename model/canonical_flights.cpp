// The canonical form of what is in flight.
#include <algorithm>

#include "model/canonical.h"
#include "model/page_table.h"

namespace model {

void Canonicalizer::walk(const Kernel& k, const WalkCursor& w) {
    put(w.ask, w.search_new_forks, w.inside, w.over, w.mapped, w.hits);
    if (w.item) put(mm_(k.items[w.item].mm), k.items[w.item].page.n);
    if (!w.inside) return;
    put(anon_(w.query.anon_vma), w.query.pgoffs.first.n, w.query.pgoffs.last.n, w.query.by_offset);
    put(w.next ? vma_(k.avcs[w.next].vma) : 0);
    if (w.file) put(file(k.files[w.file].number), w.next_of_file ? vma_(k.file_links[w.next_of_file].vma) : 0);
}

void Canonicalizer::flight(const Kernel& k, const Migrating& m) {
    put(static_cast<std::uint64_t>(m.point), folio_(m.from), folio_(m.to), anon_(m.anon_vma));
    walk(k, m.walk);
}

void Canonicalizer::flight(const Kernel& k, const Reclaiming& r) {
    put(static_cast<std::uint64_t>(r.point), folio_(r.folio));
    walk(k, r.walk);
}

void Canonicalizer::flight(const Kernel& k, const Moving& m) {
    auto vma = [&](Id<Vma> v) { return v && k.vmas.alive(v) ? vma_(v) : 0; };
    put(static_cast<std::uint64_t>(m.point), mm_(m.mm), m.addr, m.old_len, m.new_len, m.flags, m.new_addr);
    put(m.many, m.locked, m.rmap_locks, m.next.n, m.told ? m.told->value + 1 : 0);
    put(m.told ? static_cast<std::uint64_t>(m.told->error) : 0);
    if (m.many) put(m.whole_addr, m.whole_end, m.whole_new);
    if (m.point != Moving::Point::called) put(vma(m.vma), vma(m.made));
}

void Canonicalizer::flight(const Kernel& k, const Forking& f) {
    put(static_cast<std::uint64_t>(f.point), mm_(f.parent), mm_(f.child), f.next.n);
    if (f.point == Forking::Point::linked) put(f.next_entry.n, vma_(f.from), vma_(f.made));
    (void)k;
}

void Canonicalizer::item_name(const Kernel& k, Id<RmapItem> item) {
    if (!item) return put(0);
    put(mm_(k.items[item].mm), k.items[item].page.n);
}

void Canonicalizer::flight(const Kernel& k, const Scanning& s) {
    put(static_cast<std::uint64_t>(s.point), s.by_range, s.passes, mm_(s.mm), s.address.n);
    item_name(k, s.ahead);
    put(folio_(s.hand.folio), folio_(s.hand.kfolio), s.hand.skip);
    item_name(k, s.hand.item);
    item_name(k, s.hand.tree_item);
    for (const auto& [byte, item] : s.unstable) {
        put(content(byte));
        item_name(k, item);
    }
    put(0);
}

void Canonicalizer::flights(const Kernel& k) {
    for (const Flight& f : k.flights) {
        put(f.what.index() + 1);
        if (symmetry_ == Symmetry::identities)
            for (char c : f.name.view()) put(static_cast<unsigned char>(c));
        const Id<Mm> caller = f.caller ? find_process(k, f.caller) : Id<Mm>::none();
        put(mm_(caller), is_over(f), result_of(f).value, static_cast<std::uint64_t>(result_of(f).error));
        if (!is_over(f)) std::visit([&](const auto& what) { flight(k, what); }, f.what);
    }
    put(folio_(k.stale));
}

} // namespace model
