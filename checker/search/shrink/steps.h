// Looking at the fields of steps by their types, and leaving steps out: what the moves are made of.
#pragma once

#include <algorithm>
#include <initializer_list>
#include <type_traits>
#include <variant>
#include <vector>

#include "checker/search/shrink/fields.h"
#include "checker/search/shrink/moves.h"

namespace checker::inline search {

template <class F> void each_field(model::Operation& op, F&& f) {
    std::visit([&](auto& o) { std::apply([&](auto... field) { (f(o.*field), ...); }, o.fields); }, op);
}

// The fields of one type in a step, in order.
template <class T> std::vector<T*> fields_of(model::Step& step) {
    std::vector<T*> found;
    each_field(step.op, [&](auto& field) {
        if constexpr (std::is_same_v<std::remove_cvref_t<decltype(field)>, T>) found.push_back(&field);
    });
    return found;
}

// The values that a sequence is made of, and those that a simpler one may need.
Values values_of(const Steps& best);

// The steps without those at these places.
Steps without(const Steps& steps, std::initializer_list<std::size_t> gone);

// For sequences that are small already: two changes at once, and operations that stand for others (moves_dear.cpp).
bool replace_one(const Proposer& p);
bool replace_unusual(const Proposer& p);
bool change_and_delete(const Proposer& p);
bool change_and_narrow(const Proposer& p);
bool change_two(const Proposer& p);
bool move_and_delete(const Proposer& p);
bool move_and_delete_two(const Proposer& p);
bool reorder(const Proposer& p);
// Cheaper ones that these need, too (moves.cpp).
bool narrow_addresses(const Proposer& p);
bool rename_addresses(const Proposer& p);

} // namespace checker::inline search
