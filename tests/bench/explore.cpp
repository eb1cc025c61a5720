// Transitions a second of explore: operation, canonical form, lookup, all walks judged.
#include "checker/search/scope/explore.h"

#include <benchmark/benchmark.h>

#include "model/canonical.h"
#include "tests/bench/machines.h"

namespace {

using benchmark::State;

void explore(State& state) {
    checker::scope::Scope scope;
    scope.ops = checker::scope::default_ops();
    scope.depth = 5;
    checker::ExploreLimits limits;
    limits.threads = static_cast<unsigned>(state.range(0));
    double transitions = 0, states = 0;
    for (auto _ : state)
        for (const checker::ExploreReport& r : checker::explore_all(scope, {}, limits)) {
            transitions += static_cast<double>(r.transitions);
            states += static_cast<double>(r.states);
        }
    state.counters["transitions_per_s"] = benchmark::Counter(transitions, benchmark::Counter::kIsRate);
    state.counters["states_per_s"] = benchmark::Counter(states, benchmark::Counter::kIsRate);
}
BENCHMARK(explore)->Arg(1)->Arg(2)->Unit(benchmark::kMillisecond)->UseRealTime()->MeasureProcessCPUTime();

// The parts of a transition, on a machine as explore meets it.
model::Kernel typical() {
    model::Kernel k = bench::merged(3);
    bench::run(k, 1, model::Fork{}, model::Result::of(2));
    bench::run(k, 2, model::Mprotect{{bench::base}, {model::PAGE_SIZE}, {model::prot_read}});
    return k;
}

void copy_machine(State& state) {
    const model::Kernel k = typical();
    model::Kernel copy;
    for (auto _ : state) {
        copy = k;
        benchmark::DoNotOptimize(copy);
    }
}
BENCHMARK(copy_machine);

void canonical_form(State& state) {
    const model::Kernel k = typical();
    model::Canonicalizer c;
    std::size_t words = 0;
    for (auto _ : state) words = c.form(k, model::Symmetry::all).size();
    state.counters["words"] = static_cast<double>(words);
}
BENCHMARK(canonical_form);

} // namespace
