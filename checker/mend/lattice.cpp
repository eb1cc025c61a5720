#include "checker/mend/lattice.h"

#include <algorithm>

namespace checker::inline mend {

Lattice::Lattice(const model::Rules& rules, Goal goal, PieceSet pieces)
    : rules_(rules), goal_(goal), sets_(subsets_of(pieces)) {}

// What refuted a neighbour most likely refutes this set as well: those are asked first.
bool Lattice::survives(PieceSet set) {
    Known& known = known_[set];
    if (known.refuted) return false;
    auto refutes = [&](std::size_t n) {
        ++played_;
        return first_loss(pool_[n].steps, rules_, set, goal_).has_value();
    };
    for (std::size_t i = 0; i < useful_.size(); ++i) {
        const std::size_t n = useful_[i];
        if (n < known.tried || !refutes(n)) continue;
        known.by = n;
        known.refuted = true;
        std::rotate(useful_.begin(), useful_.begin() + static_cast<std::ptrdiff_t>(i),
                    useful_.begin() + static_cast<std::ptrdiff_t>(i) + 1);
        return false;
    }
    for (std::size_t n = known.tried; n < pool_.size(); ++n) {
        if (std::ranges::find(useful_, n) != useful_.end() || !refutes(n)) continue;
        known.by = n;
        known.refuted = true;
        useful_.insert(useful_.begin(), n);
        return false;
    }
    known.tried = pool_.size();
    return true;
}

std::vector<PieceSet> Lattice::frontier(const std::function<bool()>& stop) {
    std::vector<PieceSet> minimal;
    for (PieceSet set : sets_) {
        if (stop && stop()) break;
        if (std::ranges::any_of(minimal, [&](PieceSet m) { return is_within(m, set); })) continue;
        if (survives(set)) minimal.push_back(set);
    }
    return minimal;
}

const TriedSequence* Lattice::refuted_by(PieceSet set) const {
    const auto at = known_.find(set);
    return at == known_.end() || at->second.by == SIZE_MAX ? nullptr : &pool_[at->second.by];
}

const TriedSequence* Lattice::shortest_against(PieceSet set) const {
    std::vector<const TriedSequence*> by_length;
    for (const TriedSequence& t : pool_) by_length.push_back(&t);
    std::ranges::stable_sort(by_length, {}, [](const TriedSequence* t) { return t->steps.size(); });
    const auto at = std::ranges::find_if(
        by_length, [&](const TriedSequence* t) { return first_loss(t->steps, rules_, set, goal_).has_value(); });
    return at == by_length.end() ? nullptr : *at;
}

std::vector<PieceSet> smallest_that_end(std::span<const model::Step> steps, const model::Rules& rules, Goal goal,
                                        PieceSet pieces) {
    std::vector<PieceSet> found;
    for (PieceSet set : subsets_of(pieces)) {
        if (!found.empty() && size_of(set) > size_of(found.front())) break;
        if (!first_loss(steps, rules, set, goal)) found.push_back(set);
    }
    return found;
}

} // namespace checker::inline mend
