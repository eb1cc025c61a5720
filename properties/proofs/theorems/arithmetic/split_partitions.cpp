// Sentence: splitting a VMA partitions its pages and its interval, and the halves can be merged again.
//
// Informal proof. Both halves keep the displacement of the whole; the lower ends and the upper begins at the cut, in
// addresses as in offsets.
#include "properties/proofs/arithmetic.h"
#include "properties/proofs/theorems/arithmetic/list.h"

namespace properties::proofs::theorems {
namespace of_split_partitions {

std::vector<Query> queries() {
    const auto v = range_named<Int>("v");
    const auto cut = page_named<Int>("cut"), p = page_named<Int>("p");
    const auto o = pgoff_named<Int>("o");
    const std::vector<Formula> premises{is_vma(v), is_inside(v, cut)};
    const auto below = split_below(v, cut), above = split_above(v, cut);
    return {
        {"split-partitions/each offset is in exactly one half", premises,
         contains(interval(v), o) == (contains(interval(below), o) != contains(interval(above), o))},
        {"split-partitions/no offset is in both", premises,
         !(contains(interval(below), o) && contains(interval(above), o))},
        {"split-partitions/each page is in exactly one half", premises,
         contains(v, p) == (contains(below, p) != contains(above, p))},
        {"split-partitions/the halves are VMAs", premises, is_vma(below) && is_vma(above)},
        {"split-partitions/the halves may merge again", premises,
         linear_neighbours(below, above) && same(grow_up(below, above.end), v) &&
             same(grow_down(above, below.start), v)},
        {"split-partitions/trimming gives the same halves", premises,
         same(shrink_above(v, cut), below) && same(shrink_below(v, cut), above)},
    };
}

// The upper half keeps the offset of the whole.
Query control() {
    const auto v = range_named<Int>("v");
    const auto cut = page_named<Int>("cut");
    const model::RangeOf<Int> above{cut, v.end, v.pgoff};
    return {"split-partitions/control",
            {is_vma(v), is_inside(v, cut)},
            !meets(interval(split_below(v, cut)), interval(above))};
}

} // namespace of_split_partitions

const Theorem& split_partitions() {
    static const Theorem t{"split-partitions",
                           "Splitting partitions a VMA's pages and its interval, and the halves may merge again",
                           "the cut lies strictly inside", of_split_partitions::queries, of_split_partitions::control};
    return t;
}

} // namespace properties::proofs::theorems
