// Which addresses an operation names: each of its addresses, with the length that goes with it.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <type_traits>
#include <vector>

#include "checker/facets/kinds.h"

namespace checker::inline facets {

// In bytes; the length is 0 where the operation has none.
struct ByteRange {
    std::uint64_t start = 0, length = 0;
};
using ByteRanges = std::vector<ByteRange>;

// The same, to change it.
struct NamedRange {
    model::Address* start = nullptr;
    model::Length* length = nullptr; // may be none
};

// The second address goes with the second length, if there is one; else both with the only one.
template <class Op> auto named_ranges(Op& op) {
    std::array<NamedRange, count_of_fields<Op, model::Address>()> ranges{};
    std::array<model::Length*, count_of_fields<Op, model::Length>()> lengths{};
    [[maybe_unused]] std::size_t r = 0, l = 0;
    each_field_of(op, [&](auto& f) {
        using Field = std::remove_cvref_t<decltype(f)>;
        if constexpr (std::is_same_v<Field, model::Address>) ranges[r++].start = &f;
        if constexpr (std::is_same_v<Field, model::Length>) lengths[l++] = &f;
    });
    if constexpr (lengths.size() != 0)
        for (std::size_t i = 0; i < ranges.size(); ++i) ranges[i].length = lengths[std::min(i, lengths.size() - 1)];
    return ranges;
}
template <class Op> auto ranges_of(Op op) {
    const auto named = named_ranges(op);
    std::array<ByteRange, named.size()> all{};
    for (std::size_t i = 0; i < all.size(); ++i) all[i] = {named[i].start->v, named[i].length ? named[i].length->v : 0};
    return all;
}

// Of whatever operation.
inline std::vector<NamedRange> named_ranges(model::Operation& any) {
    return std::visit(
        [](auto& op) {
            const auto ranges = named_ranges(op);
            return std::vector<NamedRange>(ranges.begin(), ranges.end());
        },
        any);
}
inline ByteRanges ranges_of(const model::Operation& any) {
    return std::visit(
        [](const auto& op) {
            const auto ranges = ranges_of(op);
            return ByteRanges(ranges.begin(), ranges.end());
        },
        any);
}

} // namespace checker::inline facets
