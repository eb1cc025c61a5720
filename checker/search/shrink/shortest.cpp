#include "checker/search/shrink/shortest.h"

#include <map>
#include <mutex>

#include "checker/facets/effects.h"
#include "checker/search/scope/explore.h"

namespace checker::inline search {
namespace {

constexpr double seconds_at_most = 30;

std::vector<Steps> search(const Strategy& strategy, const model::Rules& rules) {
    scope::Scope scope; // what all known causes need, and no more: two processes, two pages
    scope.ops = {"mmap", "madvise", "mremap", "fork", "store", "load", "ksmd", "swap_out"};
    if (strategy.kind != &ksm) scope.ops = {strategy.kind->explored.begin(), strategy.kind->explored.end()};
    if (strategy.kind == &file_backed) scope.files = 1, scope.shared = true;
    scope.advice = {model::madv_mergeable, model::madv_unmergeable};
    scope.pages = 2;
    scope.depth = shortest_depth;
    scope.config.rules = rules;
    ExploreLimits limits;
    limits.all = true;
    limits.seconds = seconds_at_most;
    limits.threads = 1; // the same order of counterexamples each time
    std::vector<Steps> known;
    const ExploreReport report = explore_all(scope, {&strategy}, limits).front();
    if (report.end != End::exhausted && report.end != End::settled) return known;
    for (const Counterexample& c : report.counterexamples) {
        Steps steps = c.trace.steps;
        std::erase_if(steps, [](const model::Step& s) { return asked_page(s.op).has_value(); });
        known.push_back(std::move(steps));
    }
    return known;
}

} // namespace

const std::vector<Steps>& shortest_known(const Strategy& strategy, const model::Rules& rules) {
    static std::mutex mutex;
    static std::map<std::pair<const Strategy*, model::Rules>, std::vector<Steps>> all;
    const std::lock_guard lock(mutex);
    const auto [at, fresh] = all.try_emplace({&strategy, rules});
    if (fresh) at->second = search(strategy, rules);
    return at->second;
}

} // namespace checker::inline search
