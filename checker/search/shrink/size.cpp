#include "checker/search/shrink/size.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "checker/search/shrink/fields.h"

namespace checker::inline search {

namespace {

// How far an operation is from what everybody knows. 4, which is unusual, unless it is said here.
template <class Op> constexpr std::uint64_t rank_of = 4;
template <> constexpr std::uint64_t rank_of<model::Mmap> = 1;
template <> constexpr std::uint64_t rank_of<model::Munmap> = 0;
template <> constexpr std::uint64_t rank_of<model::Madvise> = 0;
template <> constexpr std::uint64_t rank_of<model::Store> = 0;
template <> constexpr std::uint64_t rank_of<model::Fork> = 0;
template <> constexpr std::uint64_t rank_of<model::Ksmd> = 0;
template <> constexpr std::uint64_t rank_of<model::Mremap> = 1;
template <> constexpr std::uint64_t rank_of<model::Exit> = 1;
template <> constexpr std::uint64_t rank_of<model::SwapOut> = 1;
template <> constexpr std::uint64_t rank_of<model::Load> = 1;
template <> constexpr std::uint64_t rank_of<model::Walk> = 1;

template <class T> std::uint64_t unusual_value(const T&) { return 0; }
std::uint64_t unusual_value(model::MapBits f) { return rank(f) >= 4; } // not one of the listed sets
std::uint64_t unusual_value(model::MremapBits f) { return rank(f) >= 4; }
std::uint64_t unusual_value(model::ProtBits f) { return rank(f) >= 3; }
std::uint64_t unusual_value(model::AdviceCode f) { return rank(f) >= 6; }
std::uint64_t unusual_value(model::Address f) { return rank(f) >= 1000 && f.v % model::PAGE_SIZE; }
std::uint64_t unusual_value(model::Length f) { return rank(f) >= 1000; }

std::uint64_t unusual(const model::Operation& any) {
    return std::visit(
        [](const auto& op) {
            std::uint64_t sum = rank_of<std::remove_cvref_t<decltype(op)>> >= 4;
            std::apply([&](auto... field) { ((sum += unusual_value(op.*field)), ...); }, op.fields);
            return sum;
        },
        any);
}

} // namespace

OperationSet usual_operations() {
    OperationSet set;
    [&]<std::size_t... I>(std::index_sequence<I...>) {
        ((set[I] = rank_of<std::variant_alternative_t<I, model::Operation>> < 4), ...);
    }
    (std::make_index_sequence<operation_kinds>{});
    return set;
}

bool is_unusual(const model::Step& step) { return unusual(step.op) != 0; }

Size size_of(const std::vector<model::Step>& steps) {
    Size s;
    s.order.reserve(steps.size() * 8);
    std::vector<model::Pid> pids;
    for (const model::Step& step : steps) {
        if (std::ranges::find(pids, step.pid) == pids.end()) pids.push_back(step.pid);
        s.operations += 1 + 3 * unusual(step.op);
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

} // namespace checker::inline search
