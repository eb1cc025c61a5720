// Sentence: merging two VMAs keeps both intervals, without a gap or an overlap.
//
// Informal proof. linear_neighbours() says that the upper VMA's first page and first offset follow the lower one's
// last. So the intervals are adjacent, and the merged interval, from the lower first to the upper last, is their union.
#include "properties/proofs/arithmetic.h"
#include "properties/proofs/theorems/arithmetic/list.h"

namespace properties::proofs::theorems {
namespace of_merge_joins {

using Range = model::RangeOf<Int>;

const Range left = range_named<Int>("left"), mid = range_named<Int>("mid"), right = range_named<Int>("right");
const model::PgoffOf<Int> o = pgoff_named<Int>("o");
const model::VpnOf<Int> p = page_named<Int>("p"), cut = page_named<Int>("cut");

// `whole` holds the offsets, and the pages, of the parts, and no other.
Formula is_union(const Range& whole, std::initializer_list<Range> parts) {
    Formula offset = false, page = false;
    for (const Range& part : parts) {
        offset = offset || contains(interval(part), o);
        page = page || contains(part, p);
    }
    return (contains(interval(whole), o) == offset) && (contains(whole, p) == page);
}
Formula apart(const Range& a, const Range& b) { return !meets(interval(a), interval(b)); }

std::vector<Query> queries() {
    const std::vector<Formula> pair{is_vma(left), is_vma(right), linear_neighbours(left, right)};
    const std::vector<Formula> three{is_vma(left), is_vma(mid), is_vma(right), linear_neighbours(left, mid),
                                     linear_neighbours(mid, right)};
    const Range below = split_below(mid, cut), above = split_above(mid, cut);
    const std::vector<Formula> lower{is_vma(left), is_vma(mid), is_inside(mid, cut), linear_neighbours(left, below)};
    const std::vector<Formula> upper{is_vma(mid), is_vma(right), is_inside(mid, cut), linear_neighbours(above, right)};
    return {
        {"merge-joins/the intervals are adjacent", pair,
         interval(left).last.n + Int(1) == interval(right).first.n && apart(left, right)},
        {"merge-joins/left", pair, is_union(grow_up(left, right.end), {left, right})},
        {"merge-joins/right", pair, is_union(grow_down(right, left.start), {left, right})},
        {"merge-joins/left and right give one range", pair,
         same(grow_up(left, right.end), grow_down(right, left.start))},
        {"merge-joins/both", three, is_union(grow_up(left, right.end), {left, mid, right})},
        {"merge-joins/partial left", lower,
         is_union(grow_up(left, cut), {left, below}) && apart(grow_up(left, cut), shrink_below(mid, cut)) &&
             linear_neighbours(grow_up(left, cut), shrink_below(mid, cut))},
        {"merge-joins/partial right", upper,
         is_union(grow_down(right, cut), {above, right}) && apart(shrink_above(mid, cut), grow_down(right, cut)) &&
             linear_neighbours(shrink_above(mid, cut), grow_down(right, cut))},
        {"merge-joins/the trimmed rest and the taken part are the whole", lower,
         is_union(mid, {below, shrink_below(mid, cut)})},
    };
}

// Neighbours in addresses only.
Query control() {
    return {"merge-joins/control",
            {is_vma(left), is_vma(right), left.end.n == right.start.n},
            is_union(grow_up(left, right.end), {left, right})};
}

} // namespace of_merge_joins

const Theorem& merge_joins() {
    static const Theorem t{
        "merge-joins", "Merging VMAs (left, right, both, partial) keeps their intervals, without a gap or an overlap",
        "the neighbours passed linear_neighbours()", of_merge_joins::queries, of_merge_joins::control};
    return t;
}

} // namespace properties::proofs::theorems
