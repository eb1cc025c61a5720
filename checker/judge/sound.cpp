#include "checker/judge/sound.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace checker::inline judge {

Verdict verdict_on(const Strategy& s, const WalkResult& walk, std::span<const MappedAt> truth,
                   std::span<const MappedAt> reference_finds, std::uint64_t allowed) {
    Verdict v;
    v.strategy = &s;
    v.found = walk.found.size();
    v.mapped = truth.size();
    v.cost = walk.cost;
    v.allowed = allowed;
    v.touched_freed_vma = walk.touched_freed_vma;
    std::ranges::set_difference(truth, walk.found, std::back_inserter(v.missed));
    if (s.claim == Claim::exact)
        v.regressed = v.missed;
    else
        std::ranges::set_intersection(v.missed, reference_finds, std::back_inserter(v.regressed));
    return v;
}

std::string cost_text(const Verdict& v) {
    std::string words;
    for (const MayVisit& a : v.strategy->bound)
        words += fmt::format("{}{}", words.empty() ? "" : "; where these fall short, ", a.words);
    return fmt::format("{} visits {} VMAs, and its bound allows {}: {}", v.strategy->name, v.cost.all.visited,
                       v.allowed, words);
}

bool breaks_claim(const Verdict& v) {
    if (costs_too_much(v)) return true;
    switch (v.strategy->claim) {
    case Claim::exact: return !v.missed.empty() || v.touched_freed_vma;
    case Claim::covers: return refutes(v);
    case Claim::refuted: return false;
    }
    return true;
}

} // namespace checker::inline judge
