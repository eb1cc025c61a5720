// What a set of pieces costs, measured on machines of the model.
#pragma once

#include <cstdint>

#include "checker/mend/set.h"

namespace checker::inline mend {

struct Price {
    std::uint64_t visited_split = 0;  // VMAs that one walk takes from trees: 20,000 VMAs of one anon_vma
    std::uint64_t visited_forked = 0; // the same: 10,000 children that have the page
    std::uint64_t visited_lost = 0;   // 20,000 VMAs, and ksmd came by while one of two entries was swapped out
    std::uint64_t item_bytes = 0;     // of struct ksm_rmap_item
    double leads = 0;                 // items that stay as leads, for each that is listed
    double copies = 0;                // pages that only a piece copies, for 1,000 operations of random sequences
    double sharing = 0;               // entries that map KSM pages then, for each that does on the kernel as it is
    double passes = 0;                // full scans until nothing changes any more, beyond those of the kernel as it is
};
inline constexpr std::uint64_t split_vmas = 20000, forked_children = 10000, priced_runs = 1000;

class Prices {
  public:
    Prices(const model::Rules& rules, std::uint64_t seed);
    // Takes seconds.
    Price of(PieceSet set) const;

  private:
    model::Rules rules_;
    std::uint64_t seed_;
    double passes_of_the_kernel_;
    std::uint64_t shared_by_the_kernel_;
};

} // namespace checker::inline mend
