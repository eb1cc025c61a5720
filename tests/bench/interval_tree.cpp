// The interval tree of an anon_vma beside a plain vector and Boost.ICL: one offset asked of so many VMAs.
#include <benchmark/benchmark.h>

#include <boost/icl/interval_map.hpp>
#include <set>

#include "model/interval_tree.h"
#include "tests/bench/machines.h"

namespace {

using benchmark::State;
using namespace model;

// Where in the tree the next question goes; the same for all three.
std::uint64_t next_offset(std::uint64_t& random, std::uint64_t vmas) {
    random = random * 6364136223846793005u + 1442695040888963407u;
    return vpn(bench::base).n + (random >> 33) % vmas;
}

std::vector<Interval> intervals_of(const Kernel& k) {
    std::vector<Interval> all;
    k.avcs.each([&](Id<Avc>, const Avc& a) { all.push_back(a.offsets); });
    return all;
}

void ask_interval_tree(State& state) {
    const std::uint64_t vmas = static_cast<std::uint64_t>(state.range(0));
    const Kernel k = bench::split_into(vmas);
    const Id<AnonVma> anon_vma = k.avcs[Id<Avc>{0}].anon_vma;
    std::uint64_t random = 1, found = 0;
    for (auto _ : state) {
        const Pgoff at{next_offset(random, vmas)};
        const Interval q{at, at};
        for (Id<Avc> a = interval_tree_iter_first(k, anon_vma, q); a; a = interval_tree_iter_next(k, a, q)) ++found;
    }
    state.counters["found"] = benchmark::Counter(static_cast<double>(found), benchmark::Counter::kAvgIterations);
}

void ask_vector(State& state) {
    const std::uint64_t vmas = static_cast<std::uint64_t>(state.range(0));
    const std::vector<Interval> all = intervals_of(bench::split_into(vmas));
    std::uint64_t random = 1, found = 0;
    for (auto _ : state) {
        const Pgoff at{next_offset(random, vmas)};
        for (const Interval& i : all) found += contains(i, at);
    }
    state.counters["found"] = benchmark::Counter(static_cast<double>(found), benchmark::Counter::kAvgIterations);
}

void ask_boost_icl(State& state) {
    using Map = boost::icl::interval_map<std::uint64_t, std::set<std::uint32_t>>;
    const std::uint64_t vmas = static_cast<std::uint64_t>(state.range(0));
    Map map;
    std::uint32_t name = 0;
    for (const Interval& i : intervals_of(bench::split_into(vmas)))
        map += std::pair(boost::icl::interval<std::uint64_t>::closed(i.first.n, i.last.n), std::set{name++});
    std::uint64_t random = 1, found = 0;
    for (auto _ : state) {
        const auto at = map.find(next_offset(random, vmas));
        if (at != map.end()) found += at->second.size();
    }
    state.counters["found"] = benchmark::Counter(static_cast<double>(found), benchmark::Counter::kAvgIterations);
}

BENCHMARK(ask_interval_tree)->Arg(1000)->Arg(20000)->Arg(65000);
BENCHMARK(ask_vector)->Arg(1000)->Arg(20000)->Arg(65000);
BENCHMARK(ask_boost_icl)->Arg(1000)->Arg(20000)->Arg(65000);

} // namespace
