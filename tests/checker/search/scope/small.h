// Scopes that are searched in a moment.
#pragma once

#include <utility>
#include <vector>

#include "checker/search/scope/explore.h"

namespace checker {

using scope::Scope;

inline Scope small(unsigned depth, unsigned pages = 2, unsigned processes = 2, unsigned contents = 1) {
    Scope s;
    s.depth = depth;
    s.pages = pages;
    s.processes = processes;
    s.contents = contents;
    s.ops = scope::default_ops();
    return s;
}

inline ExploreReport explored(const Scope& s, ExploreLimits limits = {}, std::vector<const Strategy*> strategies = {}) {
    if (strategies.empty()) strategies = {&reference(), find_strategy("two-pass")};
    if (!limits.threads) limits.threads = 2;
    return explore_scope(s, model::ItemLayout{}, std::move(strategies), limits);
}

} // namespace checker
