// A full scan of a mapping with one page, by range and by address. By address the places looked at are the pages of the
// mapping; 32 TiB of them are counted, not gone through: 8,589,934,592 by the same rule.
#include <benchmark/benchmark.h>

#include "tests/bench/machines.h"

namespace {

using benchmark::State;
using namespace model;

Kernel sparse(std::uint64_t bytes) {
    Kernel k = boot();
    bench::run(k, 1,
               Mmap{{PAGE_SIZE},
                    {bytes},
                    {prot_read | prot_write},
                    {map_private | map_anonymous | map_fixed | map_noreserve},
                    {},
                    {}});
    bench::run(k, 1, Store{{PAGE_SIZE}, {1}, {1}});
    bench::run(k, 1, Madvise{{PAGE_SIZE}, {bytes}, {madv_mergeable}});
    return k;
}

void full_scan(State& state, Scanner scanner) {
    const std::uint64_t gib = static_cast<std::uint64_t>(state.range(0));
    Kernel k = sparse(gib << 30);
    std::uint64_t looked_at = 0;
    for (auto _ : state) looked_at = ksm_full_scan(k, scanner);
    state.counters["looked_at"] = static_cast<double>(looked_at);
}
BENCHMARK_CAPTURE(full_scan, by_range, Scanner::by_range)->Arg(1)->Arg(32)->Arg(32 << 10);
BENCHMARK_CAPTURE(full_scan, by_address, Scanner::by_address)->Arg(1)->Arg(32)->Unit(benchmark::kMillisecond);

void unmerge(State& state, Scanner scanner) {
    const std::uint64_t gib = static_cast<std::uint64_t>(state.range(0));
    Kernel k = sparse(gib << 30);
    const Id<Vma> vma = k.mms[find_process(k, 1)].vmas.first(k.vmas);
    const Range range = k.vmas[vma].range;
    std::uint64_t looked_at = 0;
    for (auto _ : state) looked_at = unmerge_ksm_pages(k, vma, range.start, range.end, scanner);
    state.counters["looked_at"] = static_cast<double>(looked_at);
}
BENCHMARK_CAPTURE(unmerge, by_range, Scanner::by_range)->Arg(1)->Arg(32)->Arg(32 << 10);
BENCHMARK_CAPTURE(unmerge, by_address, Scanner::by_address)->Arg(1)->Arg(32)->Unit(benchmark::kMillisecond);

} // namespace
