// What the fields of smaller sequences are made of.
#pragma once

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <vector>

#include "model/ops/fields.h"

namespace checker::inline facets {

// The values that a sequence is made of, and a few more.
struct ValuesInUse {
    std::vector<std::uint64_t> addresses; // bytes, ascending
    std::vector<std::uint64_t> lengths;   // bytes, ascending
    std::vector<model::Pid> pids;         // ascending
};

// For types whose simplest values are a list, in order: what is not among them is worse than all of them.
template <std::size_t N> std::uint64_t rank_in(const std::uint64_t (&list)[N], std::uint64_t v) {
    const auto at = std::find(std::begin(list), std::end(list), v);
    return at == std::end(list) ? N + v : static_cast<std::uint64_t>(at - std::begin(list));
}
// Each value of a list as a field.
template <class Field, class List> std::vector<Field> all_of(const List& list) {
    std::vector<Field> out;
    for (auto v : list) out.push_back({v});
    return out;
}

} // namespace checker::inline facets
