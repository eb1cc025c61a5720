// The truth about all pages of a kind, made fast: one reading of the page tables where they are. Of KSM pages, unless
// another kind is named.
//
// What it says of a page is what the plain oracle says (checker/judge/truth.h); the property "truth" (properties/)
// holds the two to each other. Along a sequence it also keeps how each entry came to map its page.
#pragma once

#include <span>
#include <vector>

#include "checker/judge/cause.h"

namespace checker::inline judge {

// A page-table entry that maps a page of the kind.
struct KsmEntry {
    MappedAt at;
    model::Id<model::Folio> folio;
    model::Id<model::Pte> pte{}; // mremap takes it along: another one here means that the page came anew
    Arrival arrival = Arrival::unknown;
};

// All of a machine, in the order of processes and pages; appended to `out`.
void read_ksm_entries(const model::Kernel& k, std::vector<KsmEntry>& out, const Kind& kind = ksm);

class KsmEntries {
  public:
    explicit KsmEntries(const Kind& kind = ksm) : kind_(&kind) {}
    void forget() { now_.clear(); }
    // Call it after each operation.
    void read(const model::Kernel& k, const model::Operation& played);
    std::span<const KsmEntry> now() const { return now_; }

  private:
    const Kind* kind_;
    std::vector<KsmEntry> now_, before_; // in the order of processes and pages
};

} // namespace checker::inline judge
