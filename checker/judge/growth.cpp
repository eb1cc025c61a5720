#include "checker/judge/growth.h"

#include <algorithm>
#include <chrono>

#include "model/fail.h"
#include "model/ksm.h"
#include "model/ops.h"
#include "model/page_table.h"

namespace checker::inline judge {
namespace {

using namespace model;

constexpr std::uint64_t base = 0x100000000;

void play_well(Kernel& k, Pid pid, Operation op) {
    Step step;
    step.pid = pid;
    step.op = std::move(op);
    require(play(k, step).error == Errno::ok, "a step of a measured machine fails");
}

Kernel split_into(std::uint64_t vmas, const ItemLayout& layout) {
    Config config;
    config.layout = layout;
    config.max_map_count = static_cast<std::uint32_t>(2 * vmas + 1000);
    Kernel k = boot(config);
    play_well(
        k, 1,
        Mmap{{base}, {vmas * PAGE_SIZE}, {prot_read | prot_write}, {map_private | map_anonymous | map_fixed}, {}, {}});
    play_well(k, 1, Madvise{{base}, {vmas * PAGE_SIZE}, {madv_mergeable}});
    for (const std::uint64_t page : {std::uint64_t{0}, vmas - 1})
        play_well(k, 1, Store{{base + page * PAGE_SIZE}, {1}, {1}});
    play_well(k, 0, Ksmd{{2}});
    for (std::uint64_t i = 1; i < vmas; i += 2)
        play_well(k, 1, Mprotect{{base + i * PAGE_SIZE}, {PAGE_SIZE}, {prot_read}});
    return k;
}

Growth measured(const Strategy& s, const Kernel& k, std::uint64_t vmas) {
    using Clock = std::chrono::steady_clock;
    const Id<Pte> pte = pte_at(k, find_process(k, 1), vpn(base));
    require(pte && k.folios[k.ptes[pte].folio].mapping == Folio::Mapping::ksm, "nothing was merged");
    Growth g{&s, vmas, 0, 0, 0};
    constexpr int times = 15; // the best of them was disturbed least
    for (int n = 0; n < times; ++n) {
        const Clock::time_point begin = Clock::now();
        const WalkResult walk = s.walk(k, k.ptes[pte].folio);
        const double took = std::chrono::duration<double, std::nano>(Clock::now() - begin).count();
        g.nanoseconds = n ? std::min(g.nanoseconds, took) : took;
        g.visited = walk.cost.all.visited;
        g.found = walk.found.size();
    }
    return g;
}

} // namespace

std::vector<Growth> measure_growth(const std::vector<const Strategy*>& strategies,
                                   std::span<const std::uint64_t> sizes) {
    std::vector<Growth> all;
    for (const LayoutGroup& group : by_layout(strategies))
        for (const std::uint64_t vmas : sizes) {
            const Kernel k = split_into(vmas, group.layout);
            for (const Strategy* s : group.strategies) all.push_back(measured(*s, k, vmas));
        }
    std::ranges::stable_sort(all, {}, &Growth::strategy); // the catalogue is an array
    return all;
}

} // namespace checker::inline judge
