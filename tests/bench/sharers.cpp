// What a walk costs with many sharers, for each kind of page: one page that thousands of forks map; the known bad case
// of ordinary pages, where each of them then writes a page of its own; and thousands of VMAs on one anon_vma.
#include <benchmark/benchmark.h>

#include <algorithm>

#include "checker/walks/walks.h"
#include "tests/bench/machines.h"

namespace {

using benchmark::State;
using model::Id;
using model::Kernel;

void walk(State& state, const Kernel& k, Id<model::Folio> folio, const char* name) {
    const checker::Strategy& s = *checker::find_strategy(name);
    if (!s.kind->is(k.folios[folio])) return state.SkipWithError("the page is of another kind");
    model::WalkCost cost;
    std::size_t found = 0;
    for (auto _ : state) {
        checker::WalkResult r = s.walk(k, folio);
        cost = r.cost;
        found = r.found.size();
        benchmark::DoNotOptimize(r);
    }
    state.counters["visited"] = static_cast<double>(cost.all.visited);
    state.counters["found"] = static_cast<double>(found);
    state.counters["visited_for_one"] =
        static_cast<double>(cost.all.visited) / static_cast<double>(std::max<std::size_t>(found, 1));
}

// Two pages, not merged, and so many children.
Kernel ordinary_sharers(std::uint32_t children) {
    Kernel k = model::boot();
    bench::run(k, 1,
               model::Mmap{{bench::base},
                           {2 * model::PAGE_SIZE},
                           {model::prot_read | model::prot_write},
                           {model::map_private | model::map_anonymous | model::map_fixed},
                           {},
                           {}});
    bench::run(k, 1, model::Store{{bench::base}, {2 * model::PAGE_SIZE}, {1}});
    for (std::uint32_t n = 0; n < children; ++n) bench::run(k, 1, model::Fork{}, model::Result::of(n + 2));
    return k;
}

Id<model::Folio> first_page(const Kernel& k) {
    return k.ptes[pte_at(k, model::find_process(k, 1), model::vpn(bench::base))].folio;
}

void sharers_of_an_ordinary_page(State& state, const char* name) {
    const Kernel k = ordinary_sharers(static_cast<std::uint32_t>(state.range(0)));
    walk(state, k, first_page(k), name);
}
void sharers_of_a_ksm_page(State& state, const char* name) {
    const Kernel k = bench::forked(static_cast<std::uint32_t>(state.range(0)));
    walk(state, k, bench::merged_folio(k), name);
}
// Every child has written, so that the page is the parent's alone.
void former_sharers(State& state, const char* name) {
    Kernel k = ordinary_sharers(static_cast<std::uint32_t>(state.range(0)));
    for (model::Pid pid = 2; pid < static_cast<model::Pid>(state.range(0)) + 2; ++pid)
        bench::run(k, pid, model::Store{{bench::base}, {1}, {2}});
    walk(state, k, first_page(k), name);
}
// And the page that one of the children wrote.
void own_page_of_a_child(State& state, const char* name) {
    Kernel k = ordinary_sharers(static_cast<std::uint32_t>(state.range(0)));
    bench::run(k, 2, model::Store{{bench::base}, {1}, {2}});
    walk(state, k, k.ptes[pte_at(k, model::find_process(k, 2), model::vpn(bench::base))].folio, name);
}
// One process, as many VMAs, one anon_vma.
void vmas_of_an_ordinary_page(State& state, const char* name) {
    Kernel k = bench::split_into(static_cast<std::uint64_t>(state.range(0)));
    const std::uint64_t third = bench::base + 2 * model::PAGE_SIZE;
    bench::run(k, 1, model::Store{{third}, {1}, {2}});
    walk(state, k, k.ptes[pte_at(k, model::find_process(k, 1), model::vpn(third))].folio, name);
}
void vmas_of_a_ksm_page(State& state, const char* name) {
    const Kernel k = bench::split_into(static_cast<std::uint64_t>(state.range(0)));
    walk(state, k, bench::merged_folio(k), name);
}

void sizes(benchmark::internal::Benchmark* b) {
    for (std::int64_t n : {100, 1000, 10000}) b->Arg(n);
    b->Unit(benchmark::kNanosecond);
}
void vmas(benchmark::internal::Benchmark* b) { b->Arg(20000)->Unit(benchmark::kNanosecond); }

BENCHMARK_CAPTURE(sharers_of_an_ordinary_page, anon_index, "anon-index")->Apply(sizes);
BENCHMARK_CAPTURE(sharers_of_an_ordinary_page, anon_root, "anon-root")->Apply(sizes);
BENCHMARK_CAPTURE(sharers_of_a_ksm_page, naive, "naive")->Apply(sizes);
BENCHMARK_CAPTURE(sharers_of_a_ksm_page, linear_index, "linear-index")->Apply(sizes);
BENCHMARK_CAPTURE(former_sharers, anon_index, "anon-index")->Apply(sizes);
BENCHMARK_CAPTURE(own_page_of_a_child, anon_index, "anon-index")->Apply(sizes);
BENCHMARK_CAPTURE(own_page_of_a_child, anon_root, "anon-root")->Apply(sizes);
BENCHMARK_CAPTURE(vmas_of_an_ordinary_page, anon_index, "anon-index")->Apply(vmas);
BENCHMARK_CAPTURE(vmas_of_a_ksm_page, naive, "naive")->Apply(vmas);
BENCHMARK_CAPTURE(vmas_of_a_ksm_page, linear_index, "linear-index")->Apply(vmas);

} // namespace
