#include "checker/judge/ksm_entries.h"

#include "checker/facets/effects.h"

namespace checker::inline judge {

using namespace model;

void read_ksm_entries(const Kernel& k, std::vector<KsmEntry>& out, const Kind& kind) {
    for (Id<Mm> mm = k.processes.first(k.mms); mm; mm = k.processes.next(k.mms, mm)) {
        const Mm& process = k.mms[mm];
        for (Id<Pte> p = process.page_table.first(k.ptes); p; p = process.page_table.next(k.ptes, p)) {
            const Pte& pte = k.ptes[p];
            if (pte.kind == Pte::Kind::present && kind.is(k.folios[pte.folio]))
                out.push_back({{process.pid, pte.page}, pte.folio, p});
        }
    }
}

void KsmEntries::read(const Kernel& k, const Operation& played) {
    std::swap(now_, before_);
    now_.clear();
    read_ksm_entries(k, now_, *kind_);
    if (kind_ != &ksm) return; // how they came is not asked
    const bool renames = replaces_folios(played);
    auto was = before_.begin();
    for (KsmEntry& e : now_) {
        while (was != before_.end() && was->at < e.at) ++was;
        const bool stayed =
            was != before_.end() && was->at == e.at && was->pte == e.pte && (was->folio == e.folio || renames);
        e.arrival = stayed ? was->arrival : arrival_by(played, k, e.at, e.folio);
    }
}

} // namespace checker::inline judge
