#include "checker/judge/lifetimes.h"

#include <algorithm>
#include <array>
#include <map>

#include "model/address_space.h"
#include "model/ksm.h"
#include "model/limits.h"
#include "model/ops.h"
#include "model/page_table.h"

namespace checker::inline judge {
namespace {

using model::Folio;
using model::Id;
using model::Kernel;
using model::Mm;
using model::Pte;
using model::RmapItem;
using model::Vma;

// --- misses

// Which entries are out of reach, as things are now. Each page is walked once, however many entries are asked for.
class Reach {
  public:
    explicit Reach(const Kernel& k) : k_(k) {}

    // Entries that map no page of the strategy's kind any more are not out of reach.
    bool still_missed(const Strategy& s, MappedAt entry) {
        Id<Mm> mm = model::find_process(k_, entry.pid);
        Id<Pte> pte = mm ? model::pte_at(k_, mm, entry.page) : Id<Pte>::none();
        if (!pte || k_.ptes[pte].kind != Pte::Kind::present) return false;
        const Id<Folio> folio = k_.ptes[pte].folio;
        if (s.kind != &ksm && !s.kind->is(k_.folios[folio])) return false;
        auto [at, fresh] = found_.try_emplace({&s, folio});
        if (fresh) at->second = s.walk(k_, folio).found;
        return !std::ranges::binary_search(at->second, entry);
    }

  private:
    const Kernel& k_;
    std::map<std::pair<const Strategy*, Id<Folio>>, std::vector<MappedAt>> found_;
};

// A page that smart scan skips is looked at again after at most 8 passes, and needs up to three looks to be merged.
constexpr int passes_until_settled = 3 * (8 + 1);

// --- settled()

// Of the pages with one content that a scan visits and that are not merged.
struct Unmerged {
    unsigned can_merge = 0, cannot = 0; // two are as many as any number
};
using Contents = std::array<Unmerged, 256>;

// A page that is not listed at a stable node.
bool is_quiet(const Folio& f, const RmapItem& item, const Vma& vma, Contents& contents) {
    if (item.state == RmapItem::State::stable) return false; // the scan takes it from its list
    const bool own_index = f.index == linear_page_index(vma.range, item.page);
    Unmerged& u = contents[f.byte];
    ++(f.mapping == Folio::Mapping::anon && !own_index ? u.cannot : u.can_merge);
    return u.can_merge == 0 || (u.can_merge == 1 && u.cannot == 0);
}

// Everything that a scan visits in one process.
bool is_settled(const Kernel& k, Id<Mm> mm, Contents& contents) {
    if (k.mms[mm].exited) return false;
    const auto& items = k.mms[mm].items;
    auto item = items.first(k.items);
    bool visited = false;
    for (Id<Vma> v = model::first_vma(k, mm); v; v = model::next_vma(k, v)) {
        const Vma& vma = k.vmas[v];
        if (!(vma.flags & model::VM_MERGEABLE)) continue;
        visited = true;
        if (!vma.anon_vma) continue;
        for (auto p = model::pte_from(k, mm, vma.range.start); p && k.ptes[p].page < vma.range.end;
             p = model::next_pte(k, mm, p)) {
            const Pte& pte = k.ptes[p];
            if (pte.kind != Pte::Kind::present || k.folios[pte.folio].mapping == Folio::Mapping::file) continue;
            if (!item || k.items[item].page != pte.page) return false; // an item would come, or go
            const RmapItem& i = k.items[item];
            const Folio& f = k.folios[pte.folio];
            const bool merged = f.mapping == Folio::Mapping::ksm && f.node;
            if (merged ? !model::listed_at(k, i, f.node) : !is_quiet(f, i, vma, contents)) return false;
            item = items.next(k.items, item);
        }
    }
    return visited && !item;
}

bool may_join(const Kernel& k, const model::StablePlace& place) {
    return std::ranges::any_of(place.dups, [&](Id<model::StableNode> n) {
        return k.nodes[n].folio && model::is_page_sharing_candidate(k, n);
    });
}

} // namespace

bool settled(const Kernel& k) {
    Contents contents{};
    for (Id<Mm> mm = k.ksm.slots_first; mm; mm = k.mms[mm].slot_next)
        if (!is_settled(k, mm, contents)) return false;
    if (k.config.use_zero_pages && contents[0].can_merge) return false;
    return std::ranges::none_of(k.ksm.stable, [&](const model::StablePlace& place) {
        return contents[place.byte].can_merge && may_join(k, place);
    });
}

void find_lifetimes(const Kernel& k, std::span<Verdict* const> missing) {
    for (Verdict* v : missing) v->lifetime = Lifetime::stays;
    if (missing.empty() || (k.flights.empty() && settled(k))) return;
    Kernel later = k;
    if (!k.flights.empty()) { // the shortest of lifetimes; what does not end so is looked at from there on
        if (!model::land(later)) return;
        Reach reach(later);
        for (Verdict* v : missing)
            if (std::ranges::none_of(v->missed, [&](MappedAt e) { return reach.still_missed(*v->strategy, e); }))
                v->lifetime = Lifetime::point;
    }
    if (std::ranges::none_of(missing, [](const Verdict* v) { return v->strategy->kind == &ksm; })) return;
    for (int pass = 0; pass < passes_until_settled; ++pass) {
        model::require_time(k.config);
        model::ksm_full_scan(later);
        Reach reach(later);
        bool all_healed = true;
        for (Verdict* v : missing) {
            if (v->lifetime != Lifetime::stays || v->strategy->kind != &ksm) continue; // scans are not about others
            auto missed = [&](MappedAt e) { return reach.still_missed(*v->strategy, e); };
            if (std::ranges::none_of(v->missed, missed))
                v->lifetime = Lifetime::heals;
            else
                all_healed = false;
        }
        if (all_healed || settled(later)) return;
    }
}

} // namespace checker::inline judge
