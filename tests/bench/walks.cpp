// The walk itself: how long, how many VMAs, and how much less when it asks for one offset.
#include <benchmark/benchmark.h>

#include "checker/walks/walks.h"
#include "tests/bench/machines.h"

namespace {

using benchmark::State;

void walk(State& state, const model::Kernel& k, const char* name) {
    const checker::Strategy& s = *checker::find_strategy(name);
    const model::Id<model::Folio> folio = bench::merged_folio(k);
    model::WalkCost cost;
    std::size_t found = 0;
    for (auto _ : state) {
        checker::WalkResult r = s.walk(k, folio);
        cost = r.cost;
        found = r.found.size();
        benchmark::DoNotOptimize(r);
    }
    const model::WalkCost naive = checker::reference().walk(k, folio).cost;
    state.counters["visited"] = static_cast<double>(cost.all.visited);
    state.counters["longest_loop"] = static_cast<double>(cost.longest.visited);
    state.counters["found"] = static_cast<double>(found);
    state.counters["naive_ratio"] = static_cast<double>(naive.all.visited) / static_cast<double>(cost.all.visited);
}

void walk_of_split(State& state, const char* name) {
    walk(state, bench::split_into(static_cast<std::uint64_t>(state.range(0))), name);
}
void walk_of_forks(State& state, const char* name) {
    walk(state, bench::forked(static_cast<std::uint32_t>(state.range(0))), name);
}
void sizes(benchmark::internal::Benchmark* b) {
    for (std::int64_t vmas : {1000, 10000, 20000, 65000}) b->Arg(vmas);
    b->Unit(benchmark::kMicrosecond);
}

BENCHMARK_CAPTURE(walk_of_split, naive, "naive")->Apply(sizes);
BENCHMARK_CAPTURE(walk_of_split, linear_index, "linear-index")->Apply(sizes);
BENCHMARK_CAPTURE(walk_of_forks, naive, "naive")->Arg(10000)->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(walk_of_forks, linear_index, "linear-index")->Arg(10000)->Unit(benchmark::kMicrosecond);

// The seeds' reproducer from the beginning: 20,000 VMAs by mprotect, two merged pages, the walks.
void reproducer(State& state) {
    std::size_t bytes = 0;
    const std::uint64_t vmas = static_cast<std::uint64_t>(state.range(0));
    for (auto _ : state) {
        const model::Kernel k = bench::split_into(vmas);
        for (const char* name : {"naive", "linear-index"})
            benchmark::DoNotOptimize(checker::find_strategy(name)->walk(k, bench::merged_folio(k)));
        bytes = bench::bytes_of(k);
    }
    state.counters["bytes_per_vma"] = static_cast<double>(bytes) / static_cast<double>(vmas);
}
BENCHMARK(reproducer)->Arg(20000)->Unit(benchmark::kMillisecond);

} // namespace
