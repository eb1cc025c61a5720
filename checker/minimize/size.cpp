#include "checker/minimize/size.h"

#include <algorithm>
#include <tuple>

#include "checker/minimize/fields.h"

namespace checker {

namespace {

// How far an operation is from what everybody knows. 4 unless it is said here.
template <class Op> constexpr std::uint64_t rank_of = 4;
template <> constexpr std::uint64_t rank_of<model::Mmap> = 0;
template <> constexpr std::uint64_t rank_of<model::Madvise> = 0;
template <> constexpr std::uint64_t rank_of<model::Store> = 0;
template <> constexpr std::uint64_t rank_of<model::Fork> = 0;
template <> constexpr std::uint64_t rank_of<model::Ksmd> = 0;
template <> constexpr std::uint64_t rank_of<model::Munmap> = 1;
template <> constexpr std::uint64_t rank_of<model::Mremap> = 1;
template <> constexpr std::uint64_t rank_of<model::Exit> = 1;
template <> constexpr std::uint64_t rank_of<model::SwapOut> = 1;
template <> constexpr std::uint64_t rank_of<model::Load> = 1;

} // namespace

Size size_of(const std::vector<model::Step>& steps) {
    Size s;
    s.operations = steps.size();
    s.order.reserve(steps.size() * 8);
    std::vector<model::Pid> pids;
    for (const model::Step& step : steps) {
        if (std::ranges::find(pids, step.pid) == pids.end()) pids.push_back(step.pid);
        s.order.push_back(step.op.index());
        s.order.push_back(step.pid);
        std::visit(
            [&](const auto& op) {
                std::apply([&](auto... field) { (s.order.push_back(rank(op.*field)), ...); }, op.fields);
                constexpr std::size_t fields = std::tuple_size_v<std::remove_cvref_t<decltype(op.fields)>>;
                s.ranks += rank_of<std::remove_cvref_t<decltype(op)>>;
                for (std::size_t i = s.order.size() - fields; i < s.order.size(); ++i) s.ranks += s.order[i];
            },
            step.op);
        s.order.push_back(step.expected ? step.expected->value + 1 : 0);
    }
    s.processes = pids.size();
    return s;
}

} // namespace checker
