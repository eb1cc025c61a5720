// Judged operations a second of check.
#include "checker/check.h"

#include <benchmark/benchmark.h>

namespace {

void check(benchmark::State& state) {
    double operations = 0;
    for (auto _ : state) {
        checker::CheckOptions o;
        o.jobs = static_cast<unsigned>(state.range(0));
        o.runs = 2000;
        operations += static_cast<double>(checker::check(o, {}, [](const checker::CheckProgress&) {}).operations);
    }
    state.counters["operations_per_s"] = benchmark::Counter(operations, benchmark::Counter::kIsRate);
}
BENCHMARK(check)->Arg(1)->Arg(2)->Unit(benchmark::kMillisecond)->UseRealTime()->MeasureProcessCPUTime();

} // namespace
