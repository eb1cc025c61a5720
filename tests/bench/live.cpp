// The same traces, played by the model and by the running kernel: those of corpora/operations and corpora/history that
// this machine can play from beginning to end. Nothing is compared here, and nothing observed; the kernel's time is
// that of the calls, of real processes to make and end, and of ksmd's passes.
#include <benchmark/benchmark.h>

#include "checker/judge/runner.h"
#include "checker/kernels/running/replay.h"

namespace {

using namespace checker;

// Plays a trace on the kernel; returns why that cannot be done, or an empty string.
std::string play_live(kernels::Lab& lab, const model::Trace& trace) {
    const kernels::Needs needs = kernels::needs_of(trace.steps);
    if (needs.ksm && !lab.ksm) return lab.why_no_ksm;
    if (needs.swap && !lab.swap) return lab.why_no_swap;
    if (needs.ksm) lab.ksm->reset({});
    auto started = kernels::Executor::start(needs, needs.ksm ? &*lab.ksm : nullptr, lab.swap ? &*lab.swap : nullptr);
    if (!started) return started.error().reason;
    for (const model::Step& step : trace.steps) {
        const auto played = started->play(step);
        if (!played) return played.error().reason;
    }
    return {};
}

void play_on_model(const model::Trace& trace) {
    model::Kernel k = model::boot();
    for (const model::Step& step : trace.steps) benchmark::DoNotOptimize(model::play(k, step));
}

struct Traces {
    std::vector<model::Trace> playable;
    std::int64_t operations = 0;
    std::string why_none;
};

// Chosen once, before anything is measured.
const Traces& traces(kernels::Lab& lab) {
    static const Traces all = [&lab] {
        Traces t;
        for (const char* folder : {"/corpora/operations", "/corpora/history"})
            for (const std::string& path : traces_below(RMAPCHECK_SOURCE_DIR + std::string(folder))) {
                model::Trace trace = model::load_trace(path);
                std::string why = play_live(lab, trace);
                if (!why.empty()) {
                    t.why_none = why;
                    continue;
                }
                t.operations += static_cast<std::int64_t>(trace.steps.size());
                t.playable.push_back(std::move(trace));
            }
        return t;
    }();
    return all;
}

template <class Play> void measure(benchmark::State& state, Play&& play) {
    kernels::Lab lab = kernels::open_lab({kernels::Level::maps, false, {}, {}});
    const Traces& t = traces(lab);
    if (t.playable.empty()) {
        state.SkipWithError(("skipped: the running kernel plays nothing here: " + t.why_none).c_str());
        return;
    }
    for (auto _ : state)
        for (const model::Trace& trace : t.playable) play(lab, trace);
    const auto played = static_cast<double>(t.operations) * static_cast<double>(state.iterations());
    state.counters["traces"] = static_cast<double>(t.playable.size());
    state.counters["operations_per_s"] = benchmark::Counter(played, benchmark::Counter::kIsRate);
}

void traces_on_the_model(benchmark::State& state) {
    measure(state, [](kernels::Lab&, const model::Trace& trace) { play_on_model(trace); });
}
BENCHMARK(traces_on_the_model)->Unit(benchmark::kMillisecond)->UseRealTime();

void traces_on_the_running_kernel(benchmark::State& state) {
    measure(state, [&state](kernels::Lab& lab, const model::Trace& trace) {
        if (const std::string why = play_live(lab, trace); !why.empty()) state.SkipWithError(why.c_str());
    });
}
BENCHMARK(traces_on_the_running_kernel)->Unit(benchmark::kMillisecond)->UseRealTime();

} // namespace
