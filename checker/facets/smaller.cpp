#include "checker/facets/smaller.h"

#include "checker/facets/facets.h"

namespace checker::inline facets {

namespace {

constexpr auto ranks = of_each_operation([]<class Op>() { return Facets<Op>::rank; });
constexpr std::uint64_t unusual_from = 4;

template <std::size_t N, class Op, class F> void product(const ValuesInUse& values, Op& op, F&& f) {
    if constexpr (N == std::tuple_size_v<decltype(Op::fields)>) {
        if (Facets<Op>::stands_in(op)) f(op);
    } else {
        auto& field = op.*std::get<N>(Op::fields);
        for (const auto& value : Facets<std::remove_cvref_t<decltype(field)>>::values(values)) {
            field = value;
            product<N + 1>(values, op, f);
        }
    }
}

} // namespace

std::uint64_t rank_of(const model::Operation& op) { return ranks[op.index()]; }

std::uint64_t append_ranks(const model::Operation& any, std::vector<std::uint64_t>& to) {
    std::uint64_t sum = 0;
    std::visit(
        [&](const auto& op) {
            each_field_of(op, [&]<class Field>(const Field& f) {
                to.push_back(Facets<Field>::rank(f));
                sum += to.back();
            });
        },
        any);
    return sum;
}

std::uint64_t count_unusual(const model::Operation& any) {
    std::uint64_t sum = rank_of(any) >= unusual_from;
    std::visit(
        [&](const auto& op) {
            each_field_of(op, [&]<class Field>(const Field& f) { sum += Facets<Field>::unusual(f); });
        },
        any);
    return sum;
}

OperationSet usual_operations() {
    OperationSet set;
    for (std::size_t kind = 0; kind < operation_kinds; ++kind) set[kind] = ranks[kind] < unusual_from;
    return set;
}

void make_usual(model::Operation& any) {
    std::visit([](auto& op) { each_field_of(op, []<class Field>(Field& f) { f = Facets<Field>::usual(f); }); }, any);
}

std::size_t field_count(const model::Operation& any) {
    return std::visit([]<class Op>(const Op&) { return std::tuple_size_v<std::remove_cvref_t<decltype(Op::fields)>>; },
                      any);
}

void each_value(const model::Operation& any, std::size_t field, const ValuesInUse& values, Try which,
                const std::function<void(const model::Operation&)>& f) {
    model::Operation changed = any;
    std::visit(
        [&](auto& op) {
            std::size_t at = 0;
            each_field_of(op, [&]<class Field>(Field& value) {
                if (at++ != field) return;
                const Field old = value;
                for (const Field& other : Facets<Field>::values(values)) {
                    if (which == Try::simpler ? Facets<Field>::rank(other) >= Facets<Field>::rank(old) : other == old)
                        continue;
                    value = other;
                    f(changed);
                }
                value = old;
            });
        },
        changed);
}

void each_operation(const ValuesInUse& values, const std::function<void(const model::Operation&)>& f) {
    for (std::size_t kind = 0; kind < operation_kinds; ++kind)
        with_operation(kind, [&]<class Op>() {
            Op op;
            product<0>(values, op, f);
        });
}

bool kernel_chooses(const model::Operation& any) {
    return std::visit([]<class Op>(const Op& op) { return Facets<Op>::kernel_chooses(op); }, any);
}

void pin(model::Operation& any, std::uint64_t address) {
    std::visit([&]<class Op>(Op& op) { Facets<Op>::pin(op, address); }, any);
}

model::Operation finish_of(model::FlightName flight) { return model::Finish{{flight}}; }

} // namespace checker::inline facets
