// A walk, written down while it is walked.
#pragma once

#include "checker/viewer/differences.h"

namespace checker::inline viewer {

// What it writes: a list of passes (`asks`: what the plan says; `items`), in which each rmap_item (`round` 1 or 2,
// `pid`, `address`, what was asked of which tree) has `vmas`: [pid, start, end, page, outcome], where outcomes are
// "found", "not mapped", "other address" and "other process". Of a long row of VMAs that are skipped the rest is the
// number `more`.
class WalkRecord : public WalkWatch {
  public:
    explicit WalkRecord(const model::Kernel& k) : k_(k) {}

    void ask(const Ask& ask) override;
    void item(model::Id<model::RmapItem> item, const model::TreeQuery& query, bool search_new_forks) override;
    void given(model::Id<model::Vma> vma, Vpn page, model::Given what, bool maps) override;

    json passes = json::array();
    std::size_t events = 0;

  private:
    const model::Kernel& k_;
    std::size_t skipped_ = 0; // in a row
};

} // namespace checker::inline viewer
