// A recorded workload, played again and again in children of one process until there are 100,000 operations, with a
// disagreement of linear-index at its end: how long does minimizing take?
#include "checker/search/shrink/minimize.h"

#include <benchmark/benchmark.h>

#include <map>

#include "model/trace/trace.h"

namespace {

using namespace model;

std::vector<Step> recorded(const std::string& corpora, std::size_t operations) {
    const Trace workload = load_trace(corpora + "/workloads/jvm-shenandoah.trace");
    std::vector<Step> steps;
    Pid last = 1;
    while (steps.size() < operations) {
        std::map<Pid, Pid> pids{{1, ++last}};
        steps.push_back({1, Fork{}, Result::of(static_cast<std::uint64_t>(last)), 0});
        for (Step s : workload.steps) {
            if (by_kernel(s.op) && !std::holds_alternative<Ksmd>(s.op)) continue;
            if (s.pid) s.pid = pids.at(s.pid);
            if (std::holds_alternative<Fork>(s.op) && s.expected) {
                pids[static_cast<Pid>(s.expected->value)] = ++last;
                s.expected = Result::of(static_cast<std::uint64_t>(last));
            }
            if (std::holds_alternative<Exit>(s.op)) continue;
            steps.push_back(s);
        }
        for (const auto& [was, pid] : pids) steps.push_back({pid, Exit{}, {}, 0});
    }
    for (Step s : load_trace(corpora + "/strategies/linear-index-fork-moved.trace").steps) {
        if (std::holds_alternative<Fork>(s.op)) s.expected = Result::of(static_cast<std::uint64_t>(last + 1));
        if (s.pid == 2) s.pid = last + 1;
        if (!std::holds_alternative<Walk>(s.op)) steps.push_back(s);
    }
    return steps;
}

void minimize_recorded_workload(benchmark::State& state) {
    const std::vector<Step> steps = recorded(RMAPCHECK_SOURCE_DIR "/corpora", 100'000);
    const checker::Strategy& strategy = *checker::find_strategy("linear-index");
    double tries = 0, left = 0;
    for (auto _ : state) {
        const auto first = checker::first_disagreement(steps, {}, strategy);
        if (!first) return state.SkipWithError("the workload ends without a disagreement");
        const checker::MinimalCase m = checker::minimize_disagreement(steps, {}, first->disagreement, 60);
        tries = static_cast<double>(m.tries);
        left = static_cast<double>(m.steps.size() - 1);
    }
    state.counters["operations"] = static_cast<double>(steps.size());
    state.counters["left"] = left;
    state.counters["tries"] = tries;
}
BENCHMARK(minimize_recorded_workload)->Unit(benchmark::kMillisecond)->Iterations(3);

} // namespace
