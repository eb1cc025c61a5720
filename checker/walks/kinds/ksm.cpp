// KSM pages: rmap_walk_ksm() goes through the rmap_items of the page's stable node, twice, and a strategy says what
// each one's question is (mm/ksm.c; model/rmap.h).
#include <algorithm>

#include "checker/walks/walks.h"

namespace checker::inline walks {
namespace {

using model::Folio;
using model::Id;
using model::Kernel;
using model::RmapItem;
using model::TreeQuery;

TreeQuery query_of(const Kernel& k, const Strategy& s, const Ask& ask, const RmapItem& item, bool& freed) {
    Clue clue{item.page, stored_word(s, k, item), {}};
    Id<model::AnonVma> tree = item.anon_vma;
    if (ask.tree == AskedTree::of_merge_vma) {
        const MergeRecord& m = item.merged;
        if (!k.vmas.alive(m.vma) || k.vmas[m.vma].birth != m.vma_birth) {
            freed = true;
            return {};
        }
        clue.vma = k.vmas[m.vma].range;
        tree = k.vmas[m.vma].anon_vma;
    }
    return {tree, ask.pgoffs(clue), ask.place == LookAt::of_offset};
}

bool is_ksm(const Folio& f) { return f.mapping == Folio::Mapping::ksm; }

void sort_out(std::vector<MappedAt>& entries) {
    std::ranges::sort(entries);
    entries.erase(std::unique(entries.begin(), entries.end()), entries.end());
}

void add(model::WalkCost& total, const model::WalkCost& one) {
    total.all.visited += one.all.visited;
    total.all.skipped_address += one.all.skipped_address;
    total.all.skipped_mm += one.all.skipped_mm;
    if (one.longest.visited >= total.longest.visited) total.longest = one.longest;
}

// Counts, and tells who else looks on. Of a VMA that is asked, that one is told what it answers.
struct Onlookers {
    model::WalkCounter counter{};
    WalkWatch* watch = nullptr;

    void item(Id<RmapItem> item, const TreeQuery& query, bool search_new_forks) {
        counter.item(item, query, search_new_forks);
        if (watch) watch->item(item, query, search_new_forks);
    }
    void given(Id<model::Vma> vma, Vpn page, model::Given what) {
        counter.given(vma, page, what);
        if (watch && what != model::Given::asked) watch->given(vma, page, what, false);
    }
};

WalkResult walk_ksm(const Kernel& k, Id<Folio> folio, const Strategy& s, WalkWatch* watch) {
    WalkResult r;
    const Folio& f = k.folios[folio];
    if (!is_ksm(f)) watch = nullptr;
    const RmapItem* asked = nullptr;
    std::size_t own = 0; // met at the address of the item that is asked, in its process
    auto one = [&](Id<model::Vma> vma, Vpn page) {
        const bool maps = model::maps_folio(k, vma, page, folio);
        if (maps) r.found.push_back({k.mms[k.vmas[vma].mm].pid, page});
        own += maps && asked && asked->mm == k.vmas[vma].mm && asked->page == page;
        if (watch) watch->given(vma, page, model::Given::asked, maps);
        return true;
    };
    if (!is_ksm(f)) {
        if (f.mapping == Folio::Mapping::file)
            model::rmap_walk_file(k, folio, one);
        else
            model::rmap_walk_anon(k, folio, one);
        sort_out(r.found);
        return r;
    }
    for (const Ask& ask : s.asks) {
        const std::size_t counted = s.counts_own_places ? own : r.found.size();
        const bool can_count = f.mapcount || !s.counts_own_places;
        if (&ask != s.asks.data() && can_count && counted >= f.mapcount) break;
        if (watch) watch->ask(ask);
        Onlookers onlookers{.watch = watch};
        auto query = [&](const RmapItem& item) {
            asked = &item;
            return query_of(k, s, ask, item, r.touched_freed_vma);
        };
        model::rmap_walk_ksm(k, f.node, query, one, onlookers);
        add(r.cost, onlookers.counter.cost());
        sort_out(r.found); // what is counted is distinct entries: one is met once for every item that leads to it
    }
    return r;
}

} // namespace

// A freed VMA has no tree to ask.
static TreeQuery query_of_driver(const void* who, const Kernel& k, const RmapItem& item, unsigned ask) {
    const auto& s = *static_cast<const Strategy*>(who);
    bool freed = false;
    return query_of(k, s, s.asks[ask], item, freed);
}

model::WalkDriver driver_of(const Strategy& s) {
    return {&s, query_of_driver, static_cast<unsigned>(s.asks.size()), s.counts_own_places};
}

std::uint64_t stored_word(const Strategy& s, const Kernel& k, const RmapItem& item) {
    if (!s.stored.word) return 0;
    return k.config.layout.in_union == s.stored.word ? item.scan_word : s.stored.word(item.merged, item.page);
}

const Kind ksm{.name = "ksm",
               .page = "KSM page",
               .is = is_ksm,
               .walk = walk_ksm,
               .facts = facts_of_ksm,
               .facts_of_freed = facts_of_freed_merge_vma,
               .walks_others = true};

} // namespace checker::inline walks
