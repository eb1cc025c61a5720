// Judged operations a second of check, and of the same operations driven by rapidcheck's stateful testing.
#include "checker/search/random/check.h"

#include <benchmark/benchmark.h>
#include <rapidcheck.h>
#include <rapidcheck/state.h>

#include <sstream>

#include "checker/judge/fast_judge.h"

namespace {

void check(benchmark::State& state) {
    double operations = 0;
    for (auto _ : state) {
        checker::CheckOptions o;
        o.jobs = static_cast<unsigned>(state.range(0));
        o.runs = 2000;
        operations += static_cast<double>(checker::check(o, {}, [](const checker::SearchEffort&) {}).operations);
    }
    state.counters["operations_per_s"] = benchmark::Counter(operations, benchmark::Counter::kIsRate);
}
BENCHMARK(check)->Arg(1)->Arg(2)->Unit(benchmark::kMillisecond)->UseRealTime()->MeasureProcessCPUTime();

// rapidcheck's state::check: the model is the machine, the system under test is the judge of every walk.
struct Judged {
    checker::KsmEntries entries;
    checker::StateJudge judge{checker::by_layout().front().strategies};
    std::uint64_t operations = 0;
};

struct Play : rc::state::Command<model::Kernel, Judged> {
    explicit Play(model::Step s) : step(std::move(s)) {}
    void apply(model::Kernel& k) const override {
        model::Step s = step;
        model::play(k, s);
    }
    void run(const model::Kernel& before, Judged& judged) const override {
        model::Kernel k = before;
        apply(k);
        judged.entries.read(k, step.op);
        benchmark::DoNotOptimize(judged.judge.judge(k, judged.entries.now()));
        ++judged.operations;
    }
    model::Step step;
};

void rapidcheck_state(benchmark::State& state) {
    using Command = std::shared_ptr<const rc::state::Command<model::Kernel, Judged>>;
    const checker::DrawScope scope;
    Judged judged;
    rc::detail::TestParams params;
    params.maxSuccess = 200;
    params.maxSize = static_cast<int>(scope.length); // a sequence is at most so long
    for (auto _ : state) {
        const auto result = rc::detail::checkTestable(
            [&] {
                judged.entries.forget();
                rc::state::check(model::boot(), judged, [&](const model::Kernel& k) {
                    return rc::gen::map(rc::gen::noShrink(rc::gen::arbitrary<std::uint64_t>()),
                                        [&scope, k](std::uint64_t number) {
                                            checker::Run run = checker::start_run(1, number, scope);
                                            run.mix.opening = false;
                                            run.last_pid = k.mms[k.processes.last(k.mms)].pid;
                                            for (;;)
                                                if (auto step = checker::draw_step(run, k, scope))
                                                    return Command(std::make_shared<Play>(*step));
                                        });
                });
            },
            rc::detail::TestMetadata{}, params);
        if (!result.is<rc::detail::SuccessResult>()) {
            std::ostringstream why;
            rc::detail::printResultMessage(result, why);
            state.SkipWithError(why.str().c_str());
        }
    }
    state.counters["operations_per_s"] =
        benchmark::Counter(static_cast<double>(judged.operations), benchmark::Counter::kIsRate);
}
BENCHMARK(rapidcheck_state)->Unit(benchmark::kMillisecond)->UseRealTime()->MeasureProcessCPUTime();

} // namespace
