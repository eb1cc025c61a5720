#include "checker/kernels/uml/workloads.h"

#include <linux/mman.h>
#include <sys/mman.h>

#include <fmt/format.h>

namespace checker::kernels::uml {
namespace {

constexpr std::uint64_t start = 0x100000000, page = model::PAGE_SIZE;
constexpr std::uint64_t PROT_RW = PROT_READ | PROT_WRITE;

model::Step by(model::Pid pid, model::Operation op) { return {pid, std::move(op), {}, 0}; }

// One mapping of `vmas` pages, the first and the middle one alike, then split by mprotect into as many VMAs: all keep
// the anon_vma of the first write. `forks` processes inherit them. Two pages of the last process are merged.
model::Trace split_mapping(std::uint64_t vmas, model::Pid forks) {
    model::Trace t;
    t.path = forks ? fmt::format("{} VMAs of one anon_vma in each of {} processes", vmas, forks + 1)
                   : fmt::format("{} VMAs of one anon_vma, one process", vmas);
    t.steps.push_back(
        by(1, model::Mmap{{start}, {vmas * page}, {PROT_RW}, {MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED}, {-1}, {0}}));
    t.steps.push_back(by(1, model::Madvise{{start}, {vmas * page}, {MADV_MERGEABLE}}));
    for (std::uint64_t at : {std::uint64_t{0}, vmas / 2 & ~std::uint64_t{1}})
        t.steps.push_back(by(1, model::Store{{start + at * page}, {page}, {0x77}}));
    for (std::uint64_t i = 1; i < vmas; i += 2)
        t.steps.push_back(by(1, model::Mprotect{{start + i * page}, {page}, {PROT_READ}}));
    for (model::Pid child = 2; child < forks + 2; ++child)
        t.steps.push_back({1, model::Fork{}, model::Result::of(child), 0});
    t.steps.push_back(by(0, model::Ksmd{{4}}));
    for (std::size_t i = 0; i < t.steps.size(); ++i) t.steps[i].line = static_cast<std::uint32_t>(i + 2);
    return t;
}

} // namespace

std::vector<model::Trace> cost_workloads() {
    return {split_mapping(4000, 0), split_mapping(20000, 0), split_mapping(500, 7)};
}

} // namespace checker::kernels::uml
