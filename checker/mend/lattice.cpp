#include "checker/mend/lattice.h"

#include <algorithm>

namespace checker::inline mend {

Lattice::Lattice(const model::Rules& rules, Goal goal, Pieces pieces)
    : rules_(rules), goal_(goal), sets_(subsets_of(pieces)) {}

// What refuted a neighbour most likely refutes this set as well: those are asked first.
bool Lattice::survives(Pieces set) {
    Known& known = known_[set];
    if (known.by != SIZE_MAX) return false;
    auto refutes = [&](std::size_t n) {
        ++played_;
        return first_loss(pool_[n].steps, rules_, set, goal_).has_value();
    };
    for (std::size_t i = 0; i < useful_.size(); ++i) {
        const std::size_t n = useful_[i];
        if (n < known.tried || !refutes(n)) continue;
        known.by = n;
        std::rotate(useful_.begin(), useful_.begin() + static_cast<std::ptrdiff_t>(i),
                    useful_.begin() + static_cast<std::ptrdiff_t>(i) + 1);
        return false;
    }
    for (std::size_t n = known.tried; n < pool_.size(); ++n) {
        if (std::ranges::find(useful_, n) != useful_.end() || !refutes(n)) continue;
        known.by = n;
        useful_.insert(useful_.begin(), n);
        return false;
    }
    known.tried = pool_.size();
    return true;
}

std::vector<Pieces> Lattice::frontier(const std::function<bool()>& stop) {
    std::vector<Pieces> minimal;
    for (Pieces set : sets_) {
        if (stop && stop()) break;
        if (std::ranges::any_of(minimal, [&](Pieces m) { return is_within(m, set); })) continue;
        if (survives(set)) minimal.push_back(set);
    }
    return minimal;
}

const TriedSequence* Lattice::refuted_by(Pieces set) const {
    const auto at = known_.find(set);
    return at == known_.end() || at->second.by == SIZE_MAX ? nullptr : &pool_[at->second.by];
}

} // namespace checker::inline mend
