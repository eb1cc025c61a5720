// What can be said of a page-table entry of a KSM page that a walk loses.
#include "checker/walks/walks.h"
#include "model/address_space.h"
#include "model/ksm.h"
#include "model/page_table.h"

namespace checker::inline walks {

using namespace model;

namespace {

bool leads_to(const Kernel& k, const RmapItem& item, Id<Vma> vma) {
    for (Id<Avc> a = k.vmas[vma].chain; a; a = k.avcs[a].next)
        if (k.avcs[a].anon_vma == item.anon_vma) return true;
    return false;
}

// The item by which the reference finds the entry: of its own process if there is one.
Id<RmapItem> leading_item(const Kernel& k, Id<StableNode> node, Id<Mm> mm, Id<Vma> vma, Vpn page) {
    Id<RmapItem> other;
    for (Id<RmapItem> i = k.nodes[node].hlist; i; i = k.items[i].next) {
        const RmapItem& item = k.items[i];
        if (item.page != page || !leads_to(k, item, vma)) continue;
        if (item.mm == mm) return i;
        other = i;
    }
    return other;
}

bool some_item_has_address(const Kernel& k, Id<StableNode> node, Vpn page) {
    for (Id<RmapItem> i = k.nodes[node].hlist; i; i = k.items[i].next)
        if (k.items[i].page == page) return true;
    return false;
}

} // namespace

Id<RmapItem> item_of(const Kernel& k, Id<Mm> mm, Vpn page) {
    Id<RmapItem> i = k.mms[mm].items.lower_bound(k.items, [&](const RmapItem& r) { return r.page >= page; });
    return i && k.items[i].page == page ? i : Id<RmapItem>::none();
}

// What can be said of an entry, for every fact.
Facts facts_of_ksm(const Kernel& k, Id<Folio> folio, MappedAt entry, Arrival arrival) {
    Facts f{};
    auto set = [&](Fact which, std::uint8_t value) { f[static_cast<std::size_t>(which)] = value; };
    auto either = [&](Fact which, bool second) { set(which, second ? 2 : 1); };
    const Id<Mm> mm = find_process(k, entry.pid);
    const Id<Vma> vma = vma_at(k, mm, entry.page);
    const Id<StableNode> node = k.folios[folio].node;
    const Vma& v = k.vmas[vma];
    const Pgoff linear = linear_page_index(v.range, entry.page);
    either(Fact::offset, linear != anonymous_pgoff(entry.page));
    either(Fact::memory, v.file >= 0);
    either(Fact::scanned, !(v.flags & VM_MERGEABLE) || !v.anon_vma);
    set(Fact::arrival, static_cast<std::uint8_t>(arrival));
    const Id<RmapItem> own = item_of(k, mm, entry.page);
    const bool listed =
        own && node && k.items[own].state == RmapItem::State::stable && listed_at(k, k.items[own], node);
    set(Fact::item, listed ? 3 : own ? 2 : 1);
    set(Fact::address, !node ? 3 : some_item_has_address(k, node, entry.page) ? 2 : 1);
    const Id<RmapItem> leading = node ? leading_item(k, node, mm, vma, entry.page) : Id<RmapItem>::none();
    if (!leading) return f;
    const RmapItem& item = k.items[leading];
    either(Fact::leads, item.mm != mm);
    const MergeRecord& merged = item.merged;
    either(Fact::record, linear_page_index(merged.range, item.page) != linear);
    either(Fact::base, !contains(interval(v.range), merged.range.pgoff));
    if (const RecordedWord word = k.config.layout.in_union)
        either(Fact::word, item.scan_word != word(merged, item.page));
    const bool alive = k.vmas.alive(merged.vma) && k.vmas[merged.vma].birth == merged.vma_birth;
    if (!alive) set(Fact::gone, 1);
    return f;
}

Facts facts_of_freed_merge_vma(const Kernel& k, Id<Folio> folio) {
    Facts facts{};
    for (Id<RmapItem> i = k.nodes[k.folios[folio].node].hlist; i; i = k.items[i].next) {
        const RmapItem& item = k.items[i];
        if (k.vmas.alive(item.merged.vma) && k.vmas[item.merged.vma].birth == item.merged.vma_birth) continue;
        facts[static_cast<std::size_t>(Fact::gone)] = item.mm && vma_at(k, item.mm, item.page) ? 1 : 2;
        break;
    }
    return facts;
}

} // namespace checker::inline walks
