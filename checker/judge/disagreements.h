// What every walk loses in one state, fast enough to be asked after each operation of a campaign.
//
// The truth is read from the page tables, as the oracle reads them: all KSM pages in one reading, in order.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "checker/judge/cause.h"

namespace checker::inline judge {

// A page-table entry that maps a KSM page.
struct KsmEntry {
    MappedAt at;
    model::Id<model::Folio> folio;
    model::Id<model::Pte> pte{}; // mremap takes it along: another one here means that the page came anew
    Arrival arrival = Arrival::unknown;
};

// Keeps, along a sequence, which entries map KSM pages and how each came to do so.
class KsmEntries {
  public:
    void forget() { now_.clear(); }
    // Call it after each operation.
    void read(const model::Kernel& k, const model::Operation& played);
    std::span<const KsmEntry> now() const { return now_; }

  private:
    std::vector<KsmEntry> now_, before_; // in the order of processes and pages
};

// Judges strategies on every KSM page of a machine whose layout is theirs, and gathers their disagreements.
class StateJudge {
  public:
    explicit StateJudge(std::vector<const Strategy*> strategies) : strategies_(std::move(strategies)) {}
    std::span<const Strategy* const> strategies() const { return strategies_; }

    // The result holds until the next call.
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

} // namespace checker::inline judge
