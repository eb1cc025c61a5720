#include "checker/kernels/uml/shrink.h"

#include <algorithm>
#include <set>

namespace checker::kernels::uml {
namespace {

using Steps = std::set<std::size_t>; // by index

model::Trace without(const model::Trace& trace, const Steps& gone) {
    model::Trace result;
    result.path = trace.path;
    for (std::size_t i = 0; i < trace.steps.size(); ++i)
        if (!gone.contains(i)) result.steps.push_back(trace.steps[i]);
    return result;
}

// Runs of steps of this length, each a variant; the longest runs go first.
std::vector<Steps> runs(std::size_t steps, std::size_t length) {
    std::vector<Steps> all;
    for (std::size_t from = 0; from < steps; from += length) {
        Steps s;
        for (std::size_t i = from; i < std::min(steps, from + length); ++i) s.insert(i);
        all.push_back(std::move(s));
    }
    return all;
}

std::vector<Steps> those_that_show(const model::Trace& trace, const std::vector<Steps>& sets, const Shows& shows) {
    std::vector<model::Trace> variants;
    for (const Steps& s : sets) variants.push_back(without(trace, s));
    const std::vector<bool> yes = shows(variants);
    std::vector<Steps> good;
    for (std::size_t i = 0; i < sets.size(); ++i)
        if (yes[i]) good.push_back(sets[i]);
    return good;
}

// Of sets that can go one at a time: the first k together, for the largest k of a few that can go together.
Steps together(const model::Trace& trace, const std::vector<Steps>& sets, const Shows& shows) {
    std::vector<Steps> unions;
    for (std::size_t k = sets.size(); k >= 1; k /= 2) {
        Steps u;
        for (std::size_t i = 0; i < k; ++i) u.insert(sets[i].begin(), sets[i].end());
        unions.push_back(std::move(u));
    }
    const std::vector<Steps> good = those_that_show(trace, unions, shows);
    return good.empty() ? Steps{} : good.front();
}

} // namespace

model::Trace shrink(const model::Trace& trace, const Shows& shows) {
    model::Trace now = without(trace, {});
    for (std::size_t length = std::max<std::size_t>(now.steps.size() / 4, 1); length;) {
        const std::vector<Steps> can_go = those_that_show(now, runs(now.steps.size(), length), shows);
        const Steps gone = can_go.empty() ? Steps{} : together(now, can_go, shows);
        if (!gone.empty()) {
            now = without(now, gone);
            length = std::min(length, std::max<std::size_t>(now.steps.size() / 4, 1));
        } else
            length /= 2;
    }
    return now;
}

} // namespace checker::kernels::uml
