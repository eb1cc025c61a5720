#include "checker/judge/disagreements.h"

#include <algorithm>

namespace checker::inline judge {

using namespace model;

void KsmEntries::read(const Kernel& k, const Operation& played) {
    std::swap(now_, before_);
    now_.clear();
    const bool renames = std::holds_alternative<Migrate>(played); // the page is the same in another folio
    auto was = before_.begin();
    for (Id<Mm> mm = k.processes.first(k.mms); mm; mm = k.processes.next(k.mms, mm)) {
        const Mm& process = k.mms[mm];
        for (Id<Pte> p = process.page_table.first(k.ptes); p; p = process.page_table.next(k.ptes, p)) {
            const Pte& pte = k.ptes[p];
            if (pte.kind != Pte::Kind::present || k.folios[pte.folio].mapping != Folio::Mapping::ksm) continue;
            KsmEntry e{{process.pid, pte.page}, pte.folio, p};
            while (was != before_.end() && was->at < e.at) ++was;
            const bool stayed =
                was != before_.end() && was->at == e.at && was->pte == e.pte && (was->folio == e.folio || renames);
            e.arrival = stayed ? was->arrival : arrival_by(played, k, e.at, e.folio);
            now_.push_back(e);
        }
    }
}

std::span<const Disagreement> StateJudge::judge(const Kernel& k, std::span<const KsmEntry> entries) {
    found_.clear();
    done_.clear();
    for (const KsmEntry& e : entries) {
        if (std::ranges::find(done_, e.folio) != done_.end()) continue;
        done_.push_back(e.folio);
        judge_page(k, e.folio, entries);
    }
    return found_;
}

void StateJudge::judge_page(const Kernel& k, Id<Folio> folio, std::span<const KsmEntry> entries) {
    ++pages_;
    truth_.clear();
    for (const KsmEntry& e : entries)
        if (e.folio == folio) truth_.push_back(e.at);
    auto arrival = [&](MappedAt at) {
        return std::ranges::find_if(entries, [&](const KsmEntry& e) { return e.at == at; })->arrival;
    };
    const std::vector<MappedAt> reached = reference().walk(k, folio).found;
    for (const Strategy* s : strategies_) {
        const WalkResult walk = s == &reference() ? WalkResult{reached, {}, false} : s->walk(k, folio);
        if (walk.touched_freed_vma) found_.push_back({cause_of_freed_vma(k, *s, folio), truth_.front()});
        if (walk.found == truth_) continue;
        for (MappedAt at : truth_) {
            if (std::ranges::binary_search(walk.found, at)) continue;
            if (s != &reference() && !std::ranges::binary_search(reached, at)) continue; // not this strategy's fault
            const Cause cause = cause_of_miss(k, *s, folio, at, arrival(at));
            const bool freed = s != &reference() && cause.facts[static_cast<std::size_t>(Fact::gone)];
            if (!freed) found_.push_back({cause, at}); // else it was said above
        }
    }
}

} // namespace checker::inline judge
