// The judge, for states by the million: the truth is read once for all pages of a kind (checker/judge/ksm_entries.h),
// and what is asked is what a search needs. It says what the plain judge says (checker/judge/judge.h); the property
// "judges" (properties/) holds it to that.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "checker/judge/ksm_entries.h"

namespace checker::inline judge {

// Judges strategies of one kind on every page of that kind, of a machine whose layout is theirs, and gathers their
// disagreements.
class StateJudge {
  public:
    explicit StateJudge(std::vector<const Strategy*> strategies) : strategies_(std::move(strategies)) {}
    std::span<const Strategy* const> strategies() const { return strategies_; }
    const Kind& kind() const { return strategies_.empty() ? ksm : *strategies_.front()->kind; }

    // The result holds until the next call. Pages that an operation in flight has locked are left out: no walk gets
    // them.
    std::span<const Disagreement> judge(const model::Kernel& k, std::span<const KsmEntry> entries);
    std::uint64_t pages_judged() const { return pages_; }

  private:
    void judge_page(const model::Kernel& k, model::Id<model::Folio> folio, std::span<const KsmEntry> entries);

    std::vector<const Strategy*> strategies_;
    std::vector<Disagreement> found_;
    std::vector<MappedAt> truth_;
    std::vector<model::Id<model::Folio>> done_;
    std::uint64_t pages_ = 0;
};

// Bit n: strategies[n] is refuted in this state. Only strategies whose bit is in `asked` are looked at. The truth is
// made, by the oracle, only where a walk finds less than the reference: elsewhere nothing can be refuted. They are of
// one kind.
std::uint32_t refuted_here(const model::Kernel& k, std::span<const Strategy* const> strategies, std::uint32_t asked);

} // namespace checker::inline judge
