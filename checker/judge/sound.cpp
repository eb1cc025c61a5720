#include "checker/judge/sound.h"

#include <algorithm>
#include <iterator>

namespace checker::inline judge {

Verdict verdict_on(const Strategy& s, const WalkResult& walk, std::span<const MappedAt> truth,
                   std::span<const MappedAt> reference_finds) {
    Verdict v;
    v.strategy = &s;
    v.found = walk.found.size();
    v.mapped = truth.size();
    v.cost = walk.cost;
    v.touched_freed_vma = walk.touched_freed_vma;
    std::ranges::set_difference(truth, walk.found, std::back_inserter(v.missed));
    std::ranges::set_intersection(v.missed, reference_finds, std::back_inserter(v.regressed));
    return v;
}

bool breaks_claim(const Verdict& v) {
    switch (v.strategy->claim) {
    case Claim::exact: return !v.missed.empty() || v.touched_freed_vma;
    case Claim::covers: return refutes(v);
    case Claim::refuted: return false;
    }
    return true;
}

} // namespace checker::inline judge
