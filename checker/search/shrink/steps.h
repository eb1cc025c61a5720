// Looking at the fields of steps by their types, and leaving steps out: what edits are made of.
#pragma once

#include <span>
#include <type_traits>
#include <variant>
#include <vector>

#include "checker/facets/ranges.h"
#include "checker/facets/values.h"
#include "checker/search/shrink/edits.h"

namespace checker::inline search {

// The fields of one type in a step, in order.
template <class T> std::vector<T*> fields_of(model::Step& step) {
    std::vector<T*> found;
    std::visit(
        [&](auto& op) {
            each_field_of(op, [&](auto& field) {
                if constexpr (std::is_same_v<std::remove_cvref_t<decltype(field)>, T>) found.push_back(&field);
            });
        },
        step.op);
    return found;
}

// The values that a sequence is made of, and those that a simpler one may need.
ValuesInUse values_of(const Steps& steps);

// The steps without those at these places.
Steps without(const Steps& steps, std::span<const std::size_t> gone);

// The address that the kernel chose; the child that it made.
inline bool states_address(const model::Step& s) { return s.expected && returned_by(s.op) == model::Returns::address; }
inline bool states_pid(const model::Step& s) { return s.expected && returned_by(s.op) == model::Returns::pid; }

} // namespace checker::inline search
