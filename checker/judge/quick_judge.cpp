#include "checker/judge/quick_judge.h"

#include <algorithm>

#include "checker/judge/truth.h"

namespace checker::inline search::scope {

std::uint32_t refuted_here(const model::Kernel& k, std::span<const Strategy* const> strategies, std::uint32_t asked) {
    std::uint32_t refuted = 0;
    k.folios.each([&](model::Id<model::Folio> folio, const model::Folio& f) {
        if (f.mapping != model::Folio::Mapping::ksm || !f.mapcount || asked == refuted) return;
        const std::vector<MappedAt> reference_finds = reference().walk(k, folio).found;
        for (std::size_t n = 0; n < strategies.size(); ++n) {
            const std::uint32_t bit = std::uint32_t{1} << n;
            if (!(asked & bit) || (refuted & bit)) continue;
            const WalkResult walk = strategies[n]->walk(k, folio);
            if (!walk.touched_freed_vma && std::ranges::includes(walk.found, reference_finds)) continue;
            if (refutes(judge_folio(k, *strategies[n], folio, oracle(page_tables_of(k), folio.n)))) refuted |= bit;
        }
    });
    return refuted;
}

} // namespace checker::inline search::scope
