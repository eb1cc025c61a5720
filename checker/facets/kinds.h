// The operations by their place in the list of model/ops.h.
#pragma once

#include <array>
#include <bitset>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>

#include "model/ops.h"

namespace checker::inline facets {

inline constexpr std::size_t operation_kinds = std::variant_size_v<model::Operation>;
using OperationSet = std::bitset<operation_kinds>; // by place in the list

// What f<Op>() says of each operation.
template <class F> constexpr auto of_each_operation(F f) {
    return [&]<std::size_t... I>(std::index_sequence<I...>) {
        return std::array{f.template operator()<std::variant_alternative_t<I, model::Operation>>()...};
    }
    (std::make_index_sequence<operation_kinds>{});
}
// Calls f<Op>() for the operation at this place.
template <class F> constexpr void with_operation(std::size_t kind, F&& f) {
    [&]<std::size_t... I>(std::index_sequence<I...>) {
        (void)((kind == I && (f.template operator()<std::variant_alternative_t<I, model::Operation>>(), true)) || ...);
    }
    (std::make_index_sequence<operation_kinds>{});
}

inline constexpr auto operation_name_list = of_each_operation([]<class Op>() { return Op::name; });
// The names of the operations, in the order of the list.
inline const std::array<std::string_view, operation_kinds>& operation_names() { return operation_name_list; }
// The place of a name in the list; operation_kinds if there is no such operation.
inline std::size_t operation_index(std::string_view name) {
    std::size_t i = 0;
    while (i < operation_kinds && operation_name_list[i] != name) ++i;
    return i;
}

// How many fields of this type has an operation?
template <class Op, class Field> constexpr std::size_t count_of_fields() {
    using Plain = std::remove_const_t<Op>;
    return std::apply(
        [](auto... f) {
            return (std::size_t{0} + ... +
                    std::size_t{std::is_same_v<std::remove_cvref_t<decltype(std::declval<Plain&>().*f)>, Field>});
        },
        Plain::fields);
}
// Calls f(field) for each field.
template <class Op, class F> constexpr void each_field_of(Op& op, F&& f) {
    std::apply([&](auto... field) { (f(op.*field), ...); }, std::remove_cvref_t<Op>::fields);
}
} // namespace checker::inline facets
