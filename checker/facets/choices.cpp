#include "checker/facets/choices.h"

#include "checker/facets/facets.h"

namespace checker::inline facets {

namespace {

template <std::size_t N, class Op, class Emit> void product(const Bounds& b, model::Pid about, Op& op, Emit&& emit) {
    if constexpr (N == std::tuple_size_v<decltype(Op::fields)>) {
        if (Facets<Op>::in_bounds(b, op)) emit(op);
    } else {
        auto& field = op.*std::get<N>(Op::fields);
        for (const auto& choice : Facets<std::remove_cvref_t<decltype(field)>>::choices(b, about)) {
            field = choice;
            product<N + 1>(b, about, op, emit);
        }
    }
}

constexpr auto changes_something = of_each_operation([]<class Op>() { return Facets<Op>::explorable; });
constexpr auto in_default_scope = of_each_operation([]<class Op>() { return Facets<Op>::explored; });
constexpr auto for_each_process =
    of_each_operation([]<class Op>() { return !Op::by_kernel || count_of_fields<Op, model::PidArg>() != 0; });

} // namespace

bool explorable(std::size_t kind) { return changes_something[kind]; }
bool explored(std::size_t kind) { return in_default_scope[kind]; }
bool comes_with_process(std::size_t kind) { return for_each_process[kind]; }

void each_choice(std::size_t kind, const Bounds& b, model::Pid about,
                 const std::function<void(const model::Operation&)>& emit) {
    with_operation(kind, [&]<class Op>() {
        Op op;
        product<0>(b, about, op, emit);
    });
}

model::Operation as_choice(model::Operation any) {
    std::visit(
        []<class Op>(Op& op) {
            auto one = [&]<class Field>(Field Op::*field) { op.*field = Facets<Field>::as_choice(op.*field); };
            std::apply([&](auto... fields) { (one(fields), ...); }, Op::fields);
        },
        any);
    return any;
}

bool enabled(const model::Kernel& k, const Bounds& b, model::Id<model::Mm> mm, const model::Operation& any) {
    return std::visit([&]<class Op>(const Op& op) { return Facets<Op>::enabled(k, b, mm, op); }, any);
}

} // namespace checker::inline facets
