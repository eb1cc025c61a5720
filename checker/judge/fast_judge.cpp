#include "checker/judge/fast_judge.h"

#include <algorithm>

#include "checker/judge/bound.h"
#include "checker/judge/truth.h"

namespace checker::inline judge {

using namespace model;

std::span<const Disagreement> StateJudge::judge(const Kernel& k, std::span<const KsmEntry> entries) {
    found_.clear();
    done_.clear();
    for (const KsmEntry& e : entries) {
        if (std::ranges::find(done_, e.folio) != done_.end() || k.folios[e.folio].locked) continue;
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
    const Strategy& held_to = reference(kind());
    const WalkResult by_reference = held_to.walk(k, folio);
    const std::vector<MappedAt>& reached = by_reference.found;
    for (const Strategy* s : strategies_) {
        const bool of_reference = s == &held_to;
        const WalkResult walk = of_reference ? by_reference : s->walk(k, folio);
        if (walk.touched_freed_vma) found_.push_back({cause_of_freed_vma(k, *s, folio), truth_.front()});
        if (walk.cost.all.visited > allowed_visits(k, *s, folio)) found_.push_back({cause_of_cost(*s), truth_.front()});
        if (walk.found == truth_) continue;
        const Verdict v = verdict_on(*s, walk, truth_, reached);
        for (MappedAt at : of_reference ? v.missed : v.regressed) { // what the reference misses is no other's fault
            const Cause cause = cause_of_miss(k, *s, folio, at, arrival(at));
            const bool freed = !of_reference && (cause.facts[static_cast<std::size_t>(Fact::gone)] ||
                                                 (s->kind != &ksm && walk.touched_freed_vma));
            if (!freed) found_.push_back({cause, at}); // else it was said above
        }
    }
}

std::uint32_t refuted_here(const Kernel& k, std::span<const Strategy* const> strategies, std::uint32_t asked) {
    std::uint32_t refuted = 0;
    if (strategies.empty()) return refuted;
    const Kind& kind = *strategies.front()->kind;
    k.folios.each([&](Id<Folio> folio, const Folio& f) {
        if (!kind.is(f) || !f.mapcount || f.locked || asked == refuted) return;
        const std::vector<MappedAt> reference_finds = reference(kind).walk(k, folio).found;
        for (std::size_t n = 0; n < strategies.size(); ++n) {
            const std::uint32_t bit = std::uint32_t{1} << n;
            if (!(asked & bit) || (refuted & bit)) continue;
            const WalkResult walk = strategies[n]->walk(k, folio);
            const std::uint64_t allowed = allowed_visits(k, *strategies[n], folio);
            const bool covers = strategies[n]->claim == Claim::exact
                                    ? walk.found.size() == f.mapcount
                                    : std::ranges::includes(walk.found, reference_finds);
            if (!walk.touched_freed_vma && walk.cost.all.visited <= allowed && covers) continue;
            const std::vector<MappedAt> truth = oracle(page_tables_of(k), folio.n);
            if (refutes(verdict_on(*strategies[n], walk, truth, reference_finds, allowed))) refuted |= bit;
        }
    });
    return refuted;
}

} // namespace checker::inline judge
