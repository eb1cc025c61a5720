// What strategies share: collecting what a walk finds.
#pragma once

#include <algorithm>

#include "checker/walks/walks.h"

namespace checker::inline walks {

using model::Folio;
using model::Id;
using model::Interval;
using model::Kernel;
using model::Pgoff;
using model::RmapItem;
using model::TreeQuery;

inline TreeQuery at_offset(const RmapItem& item, Pgoff pgoff) { return {item.anon_vma, {pgoff, pgoff}}; }

// address >> PAGE_SHIFT taken for an offset: the question of addr-shift, which two others ask as well.
inline TreeQuery by_address(const RmapItem& item) { return at_offset(item, model::anonymous_pgoff(item.page)); }

// Walks a folio, asking each rmap_item's tree for what `query(item)` says. A folio that is not a KSM page is walked by
// rmap_walk_anon(), in which no strategy has a say.
template <class Query> WalkResult walk_with(const Kernel& k, Id<Folio> folio, Query&& query) {
    WalkResult r;
    auto one = [&](Id<model::Vma> vma, model::Vpn page) {
        if (model::maps_folio(k, vma, page, folio)) r.found.push_back({k.mms[k.vmas[vma].mm].pid, page});
        return true;
    };
    const Folio& f = k.folios[folio];
    if (f.mapping == Folio::Mapping::anon)
        model::rmap_walk_anon(k, folio, one);
    else
        model::rmap_walk_ksm(k, f.node, query, one, &r.cost);
    std::ranges::sort(r.found);
    r.found.erase(std::unique(r.found.begin(), r.found.end()), r.found.end());
    return r;
}

} // namespace checker::inline walks
