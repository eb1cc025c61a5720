#include "checker/judge/bound.h"

#include <algorithm>
#include <optional>
#include <set>

#include "model/page_table.h"

namespace checker::inline judge {

using namespace model;

namespace {

constexpr std::uint64_t rounds = 2; // the rmap_item's own process, then every other

struct AskedOf {
    Id<AnonVma> anon_vma;
    Range merged{}; // AskedTree::of_merge_vma
};

std::optional<AskedOf> tree_of(const Kernel& k, const MayVisit& allowed, const RmapItem& item) {
    if (allowed.tree == AskedTree::of_item) return AskedOf{item.anon_vma, {}};
    const MergeRecord& m = item.merged;
    if (!k.vmas.alive(m.vma) || k.vmas[m.vma].birth != m.vma_birth) return {};
    return AskedOf{k.vmas[m.vma].anon_vma, k.vmas[m.vma].range};
}

// Where the walk would look in this VMA, if anywhere.
std::optional<Vpn> place_in(const MayVisit& allowed, const Range& vma, const RmapItem& item) {
    const bool by_offset = allowed.place == LookAt::of_offset;
    const Vpn page = by_offset ? vma_address(vma, index_at_merge(item)) : item.page;
    return contains(vma, page) ? std::optional(page) : std::nullopt;
}

// One question: what it may take, and which entries that count it may find so.
std::uint64_t visits_of(const Kernel& k, const MayVisit& allowed, Id<Folio> folio, bool own_places,
                        std::set<MappedAt>* entries) {
    std::uint64_t visits = 0;
    for (Id<RmapItem> i = k.nodes[k.folios[folio].node].hlist; i; i = k.items[i].next) {
        const RmapItem& item = k.items[i];
        const std::optional<AskedOf> tree = tree_of(k, allowed, item);
        if (!tree || !tree->anon_vma) continue;
        const IntervalTree& vmas = k.anon_vmas[tree->anon_vma].tree;
        for (Id<Avc> a = vmas.first(k.avcs); a; a = vmas.next(k.avcs, a)) {
            const Vma& vma = k.vmas[k.avcs[a].vma];
            if (!allowed.may(vma.range, item, tree->merged)) continue;
            visits += rounds;
            const std::optional<Vpn> page = entries ? place_in(allowed, vma.range, item) : std::nullopt;
            if (own_places && (item.mm != vma.mm || page != item.page)) continue;
            if (page && maps_folio(k, k.avcs[a].vma, *page, folio)) entries->insert({k.mms[vma.mm].pid, *page});
        }
    }
    return visits;
}

// Of a page to which no rmap_item leads: the VMAs whose interval, by the strategy's key, holds its index. There are as
// many pages as VMAs, so it is the model's tree that is asked; that the tree is right, an invariant says.
std::uint64_t allowed_visits_of_folio(const Kernel& k, const Strategy& s, const Folio& f) {
    const Id<AnonVma> of_folio = folio_anon_vma(k, f);
    if (!of_folio) return 0;
    const bool by_root = s.cost_of_folio == FolioBound::of_root;
    const Id<AnonVma> anon_vma = by_root ? k.anon_vmas[of_folio].root : of_folio;
    std::uint64_t visits = 0;
    if (s.of_folio.key == TreeKey::vm_pgoff && is_of_file(k, anon_vma)) {
        const IntervalTree& tree = k.anon_vmas[anon_vma].tree;
        for (Id<Avc> a = tree.first(k.avcs); a; a = tree.next(k.avcs, a))
            visits += contains(interval(by_vm_pgoff(k.vmas[k.avcs[a].vma].range)), f.index);
    } else {
        const Interval q = one_offset(f.index);
        for (Id<Avc> a = interval_tree_iter_first(k, anon_vma, q); a; a = interval_tree_iter_next(k, a, q)) ++visits;
    }
    // The VMA where it was mapped first is looked at, whatever it holds by now.
    return s.of_folio.tree == FolioTree::after_fork ? std::max<std::uint64_t>(visits, 1) : visits;
}

// Of a page of a file: as many VMAs as its tree has at the index.
std::uint64_t allowed_visits_of_file(const Kernel& k, const Strategy& s, const Folio& f) {
    std::uint64_t visits = 0;
    if (f.file) each_of_file(k, s.of_file, f, [&](Id<Vma>) { ++visits; });
    return visits;
}

} // namespace

std::uint64_t allowed_visits(const Kernel& k, const Strategy& s, Id<Folio> folio) {
    if (s.bound.empty()) return UINT64_MAX;
    const Folio& f = k.folios[folio];
    if (s.kind != &ksm && !s.kind->is(f)) return UINT64_MAX;
    if (s.kind == &file_backed) return allowed_visits_of_file(k, s, f);
    if (s.kind != &ksm) return allowed_visits_of_folio(k, s, f);
    if (f.mapping != Folio::Mapping::ksm || !f.node) return 0;
    std::set<MappedAt> entries;
    std::uint64_t visits = 0;
    for (const MayVisit& allowed : s.bound) {
        const bool can_count = f.mapcount || !s.counts_own_places;
        if (&allowed != s.bound.data() && can_count && entries.size() >= f.mapcount) break;
        visits += visits_of(k, allowed, folio, s.counts_own_places, s.bound.size() > 1 ? &entries : nullptr);
    }
    return visits;
}

} // namespace checker::inline judge
