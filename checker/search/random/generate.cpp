#include "checker/search/random/generate.h"

#include "checker/facets/draw.h"

namespace checker::inline search {

using namespace model;

static std::size_t draw_kind_by_weight(Random& random, const Mix& mix) {
    std::uint32_t at = random.below(mix.weights);
    std::size_t kind = 0;
    while (at >= mix.weight[kind]) at -= mix.weight[kind++];
    return kind;
}

Mix draw_mix(Random& random, const DrawScope& scope) {
    Mix mix;
    constexpr std::uint32_t tastes[] = {0, 1, 2, 4, 4, 4, 8, 16}; // quarters
    for (std::size_t kind = 0; kind < operation_kinds; ++kind) {
        if (draw_goes_on[kind]) continue;
        const std::uint32_t taste = random.pick(tastes);
        const bool wanted = scope.operations[kind];
        mix.weight[kind] = wanted ? draw_weights[kind] * (draw_needs[kind] && taste < 2 ? 2 : taste) : 0;
        mix.weights += mix.weight[kind];
    }
    if (!mix.weights)
        for (std::size_t kind = 0; kind < operation_kinds; ++kind)
            if (scope.operations[kind] && !draw_goes_on[kind]) mix.weights += mix.weight[kind] = 1;
    constexpr std::uint32_t rates[] = {0, 0, 2, 10};
    mix.wrong = random.pick(rates);
    mix.contents = 1 + random.below(3);
    constexpr std::uint32_t sometimes[] = {0, 0, 10, 50};
    mix.files = random.pick(sometimes);
    mix.strange = random.pick(rates) * 2;
    mix.noreserve = random.percent(50);
    mix.opening = random.percent(80);
    return mix;
}

Run start_run(std::uint64_t seed, std::uint64_t number, const DrawScope& scope) {
    Run run{Random(seed, number), {}};
    run.mix = draw_mix(run.random, scope);
    return run;
}

std::optional<Step> draw_step(Run& run, const Kernel& k, const DrawScope& scope) {
    const std::uint32_t n = run.drawn++;
    // An operation of the opening that is not in the scope is left to chance.
    const bool opens = run.mix.opening && n < openings() && scope.operations[opening(n)];
    const std::size_t kind = opens ? opening(n) : draw_kind_by_weight(run.random, run.mix);
    Draft d{run.random, k, scope, run.mix, run.last_pid};
    d.by_kernel = is_by_kernel(kind);
    Step step;
    if (!d.by_kernel) {
        d.mm = draw_process(run.random, k);
        step.pid = k.mms[d.mm].pid;
    }
    d.wrong = !opens && run.random.percent(run.mix.wrong);
    draw_operation(d, kind, opens, step);
    if (!possible(k, step)) return {};
    return step;
}

} // namespace checker::inline search
