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

Mix draw_mix(Random& random, const DrawScope& scope, bool about_files) {
    Mix mix;
    constexpr std::uint32_t tastes[] = {0, 1, 2, 4, 4, 4, 8, 16}; // quarters
    for (std::size_t kind = 0; kind < operation_kinds; ++kind) {
        if (draw_goes_on[kind] || (draw_of_files[kind] && !about_files)) continue;
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
    if (!about_files) return mix;
    constexpr std::uint32_t mostly[] = {30, 60, 90};
    mix.files = random.pick(mostly);
    mix.shared = random.pick(mostly);
    return mix;
}

std::uint32_t flights_of_run(std::uint64_t number, const DrawScope& scope) {
    if (number % 8 != 5) return 0;
    return std::min(scope.flights, number % 64 == 61 ? 3u : number % 32 == 13 ? 2u : 1u);
}

// What has begun goes on, mostly by one point.
static Step draw_going_on(Run& run, const Kernel& k, const DrawScope& scope) {
    Draft d{run.random, k, scope, run.mix, run.last_pid};
    d.by_kernel = true;
    Step step;
    const std::string_view name = run.random.percent(85) ? Advance::name : Finish::name;
    draw_operation(d, operation_index(name), false, step);
    return step;
}

// The least name that nothing in flight has: a, b, …
static FlightName free_name(const Kernel& k) {
    char c = 'a';
    while (find_flight(k, FlightName::of({&c, 1}))) ++c;
    return FlightName::of({&c, 1});
}

Run start_run(std::uint64_t seed, std::uint64_t number, const DrawScope& scope) {
    Run run{Random(seed, number), {}};
    run.mix = draw_mix(run.random, scope, is_about_files(number) || scope.about_files);
    run.flights = flights_of_run(number, scope);
    run.shared = run.flights && run.random.percent(60);
    return run;
}

std::optional<Step> draw_step(Run& run, const Kernel& k, const DrawScope& scope) {
    if (!k.flights.empty() && run.random.percent(50)) return draw_going_on(run, k, scope);
    const std::uint32_t n = run.drawn++;
    // An operation of the opening that is not in the scope is left to chance.
    const std::size_t first_ones = run.shared ? shared_openings() : openings();
    const std::size_t first = n >= first_ones ? 0 : run.shared ? shared_opening(n) : opening(n);
    const bool opens = run.mix.opening && n < first_ones && scope.operations[first];
    std::size_t kind = opens ? first : draw_kind_by_weight(run.random, run.mix);
    const bool may_begin = !opens && k.flights.size() < run.flights;
    if (may_begin && run.random.percent(15)) { // by chance too few would begin
        const std::size_t other = run.random.pick(draw_begins());
        if (scope.operations[other]) kind = other;
    }
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
    if (may_begin && can_begin(kind) && run.random.percent(70)) step.begins = free_name(k);
    return step;
}

} // namespace checker::inline search
