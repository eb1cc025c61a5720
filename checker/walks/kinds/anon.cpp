// Ordinary anonymous pages: rmap_walk_anon() asks the tree of folio->mapping for folio->index, and vma_address() says
// where each VMA that it gives has the page (mm/rmap.c). What a strategy does otherwise is which tree it asks, and what
// its tree would hold.
//
// The kernel's own walk claims to find every entry. Swap and migration entries are none: they map nothing.
#include <algorithm>

#include "checker/walks/walks.h"
#include "model/address_space.h"
#include "model/page_table.h"

namespace checker::inline walks {
namespace {

using namespace model;

bool is_anon(const Folio& f) { return f.mapping == Folio::Mapping::anon; }

// The VMA where the folio was mapped first; none if it was freed meanwhile.
Id<Vma> first_vma_of(const Kernel& k, const Folio& f) {
    const bool lives = k.vmas.alive(f.first.vma) && k.vmas[f.first.vma].birth == f.first.vma_birth;
    return lives ? f.first.vma : Id<Vma>::none();
}

// The own anon_vma of the VMA that came last of those that hold the index.
Id<AnonVma> of_youngest(const Kernel& k, Id<AnonVma> tree, Pgoff index) {
    Id<Vma> youngest;
    const Interval q = one_offset(index);
    for (Id<Avc> a = interval_tree_iter_first(k, tree, q); a; a = interval_tree_iter_next(k, a, q))
        if (!youngest || k.vmas[k.avcs[a].vma].birth > k.vmas[youngest].birth) youngest = k.avcs[a].vma;
    return youngest ? k.vmas[youngest].anon_vma : Id<AnonVma>::none();
}

Id<AnonVma> tree_of(const Kernel& k, const Folio& f, FolioTree which) {
    const Id<AnonVma> of_folio = folio_anon_vma(k, f);
    switch (which) {
    case FolioTree::of_folio:
    case FolioTree::after_fork: break;
    case FolioTree::of_root: return of_folio ? k.anon_vmas[of_folio].root : of_folio;
    case FolioTree::of_youngest: return of_folio ? walks::of_youngest(k, of_folio, f.index) : of_folio;
    case FolioTree::of_first: {
        const bool lives = k.anon_vmas.alive(f.first.own) && k.anon_vmas[f.first.own].birth == f.first.own_birth;
        return lives ? f.first.own : Id<AnonVma>::none();
    }
    }
    return of_folio;
}

// Would the strategy's own tree give this VMA for the index?
bool gives(const Kernel& k, const FolioAsk& ask, const Avc& avc, Pgoff index) {
    if (!ask.holds_copies && avc.linked == Linked::copied) return false;
    switch (ask.key) {
    case TreeKey::anon_pgoff: return contains(avc.offsets, index);
    case TreeKey::vm_pgoff: return contains(interval(by_vm_pgoff(k.vmas[avc.vma].range)), index);
    case TreeKey::never_widened: return contains(avc.narrowest, index);
    }
    return false;
}

// The VMAs that are looked at, in the order of the tree.
template <class Look>
void each_given(const Kernel& k, const FolioAsk& ask, Id<AnonVma> anon_vma, Pgoff index, Look&& look) {
    if (!anon_vma) return;
    if (ask.key == TreeKey::vm_pgoff && is_of_file(k, anon_vma)) { // the model's tree is in another order
        const IntervalTree& tree = k.anon_vmas[anon_vma].tree;
        for (Id<Avc> a = tree.first(k.avcs); a; a = tree.next(k.avcs, a))
            if (gives(k, ask, k.avcs[a], index)) look(k.avcs[a].vma);
        return;
    }
    const Interval q = one_offset(index);
    for (Id<Avc> a = interval_tree_iter_first(k, anon_vma, q); a; a = interval_tree_iter_next(k, a, q))
        if (gives(k, ask, k.avcs[a], index)) look(k.avcs[a].vma);
}

WalkResult walk_anon(const Kernel& k, Id<Folio> folio, const Strategy& s, WalkWatch* /*of rmap_items*/) {
    const Folio& f = k.folios[folio];
    if (!is_anon(f)) return ksm.walk(k, folio, reference(ksm), nullptr);
    WalkResult r;
    auto look = [&](Id<Vma> vma) {
        const Range& range = k.vmas[vma].range;
        const Vpn page = vma_address(range, f.index);
        const bool inside = contains(range, page); // else vma_address() says -EFAULT
        ++r.cost.all.visited;
        r.cost.all.skipped_address += !inside;
        if (inside && maps_folio(k, vma, page, folio)) r.found.push_back({k.mms[k.vmas[vma].mm].pid, page});
    };
    const Id<AnonVma> of_folio = folio_anon_vma(k, f);
    if (s.of_folio.tree == FolioTree::after_fork && of_folio && !k.anon_vmas[of_folio].forked) {
        const Id<Vma> first = first_vma_of(k, f);
        r.touched_freed_vma = !first;
        if (first) look(first);
    } else
        each_given(k, s.of_folio, tree_of(k, f, s.of_folio.tree), f.index, look);
    r.cost.longest = r.cost.all;
    std::ranges::sort(r.found);
    return r;
}

Facts facts_of_anon(const Kernel& k, Id<Folio> folio, MappedAt entry, Arrival) {
    Facts f{};
    auto set = [&](Fact which, unsigned value) {
        f[static_cast<std::size_t>(which)] = static_cast<std::uint8_t>(value);
    };
    const Id<Vma> vma = vma_at(k, find_process(k, entry.pid), entry.page);
    const Vma& v = k.vmas[vma];
    const Id<AnonVma> of_folio = folio_anon_vma(k, k.folios[folio]);
    set(Fact::offset, k.folios[folio].index == anonymous_pgoff(entry.page) ? 1 : 2);
    set(Fact::memory, v.file < 0 ? 1 : 2);
    set(Fact::kin, v.anon_vma == of_folio ? 1 : 2);
    for (Id<Avc> a = v.chain; a; a = k.avcs[a].next)
        if (k.avcs[a].anon_vma == of_folio) set(Fact::linked, 1u + static_cast<unsigned>(k.avcs[a].linked));
    return f;
}

Facts facts_of_freed_first_vma(const Kernel&, Id<Folio>) { return {}; }

} // namespace

bool is_of_file(const Kernel& k, Id<AnonVma> anon_vma) {
    const IntervalTree& tree = k.anon_vmas[anon_vma].tree;
    return !tree.empty() && k.vmas[k.avcs[tree.first(k.avcs)].vma].file >= 0;
}

const Kind anon{.name = "anon",
                .page = "anonymous page",
                .is = is_anon,
                .walk = walk_anon,
                .facts = facts_of_anon,
                .facts_of_freed = facts_of_freed_first_vma,
                .explored = {"mmap", "munmap", "mremap", "fork", "store", "load", "swap_out", "swap_cache_drop"}};

} // namespace checker::inline walks
