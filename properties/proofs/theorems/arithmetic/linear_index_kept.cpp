// Sentence: an operation that rewrites a VMA's range keeps the linear index of every page that survives it.
//
// Informal proof. lin(v, p) = pgoff + (p - start), so a range says of each page only the displacement pgoff - start.
// Splitting and trimming from below move start and pgoff up by the same number of pages, growing downwards (a merge
// with a lower neighbour, a stack) moves both down; the upper end does not occur. A merged neighbour has, by the test
// that allowed the merge, the displacement of the VMA that absorbs it. A fork copies the range. A move of written pages
// gives the copy the index of the first page moved, so that page keeps it, and the others follow.
#include "properties/proofs/arithmetic.h"
#include "properties/proofs/theorems/arithmetic/list.h"

namespace properties::proofs::theorems {
namespace of_linear_index_kept {

using model::linear_page_index;
using Range = model::RangeOf<Int>;
using Page = model::VpnOf<Int>;

const Range v = range_named<Int>("v"), left = range_named<Int>("left"), right = range_named<Int>("right");
const Page p = page_named<Int>("p"), cut = page_named<Int>("cut"), to = page_named<Int>("to"),
           from = page_named<Int>("from");

// `after` covers p, and p has the index that it had in v.
Query kept(std::string part, Formula guard, const Range& after) {
    return {"linear-index-kept/" + std::move(part),
            {is_vma(v), contains(v, p), guard},
            contains(after, p) && linear_page_index(after, p).n == linear_page_index(v, p).n};
}

// The part of v below or above the cut, as the flag changes of a merge name it.
Range part_below() { return part_of(v, v.start, cut); }
Range part_above() { return part_of(v, cut, v.end); }

std::vector<Query> queries() {
    const Formula below = is_inside(v, cut) && p.n < cut.n, above = is_inside(v, cut) && p.n >= cut.n;
    const Formula room = cut.n < v.start.n && v.start.n - cut.n <= v.pgoff.n && cut.n >= Int(0);
    const model::PagesOf<Int> pages{Int::named("pages")};
    const Formula moved =
        from.n >= v.start.n && from.n <= p.n && p.n < (from + pages).n && (from + pages).n <= v.end.n && to.n >= Int(0);
    const Page after_move = to + (p - from);
    const Range copy = move_faulted(v, from, to, pages);
    return {
        kept("split, lower part", below, split_below(v, cut)),
        kept("split, upper part", above, split_above(v, cut)),
        kept("trim from above", below, shrink_above(v, cut)),
        kept("trim from below", above, shrink_below(v, cut)),
        kept("growth in place", cut.n > v.end.n, grow_up(v, cut)),
        kept("growth of a stack", room, grow_down(v, cut)),
        kept("merge left, whole", is_vma(left) && linear_neighbours(left, v), grow_up(left, v.end)),
        kept("merge right, whole", is_vma(right) && linear_neighbours(v, right), grow_down(right, v.start)),
        kept("merge both", is_vma(left) && is_vma(right) && linear_neighbours(left, v) && linear_neighbours(v, right),
             grow_up(left, right.end)),
        kept("merge both, the right neighbour's pages",
             is_vma(left) && is_vma(right) && linear_neighbours(left, right) && linear_neighbours(right, v),
             grow_up(left, v.end)),
        kept("merge left, partial", below && is_vma(left) && linear_neighbours(left, part_below()), grow_up(left, cut)),
        kept("merge right, partial", above && is_vma(right) && linear_neighbours(part_above(), right),
             grow_down(right, cut)),
        kept("fork", true, v),
        {"linear-index-kept/move of a faulted range",
         {is_vma(v), contains(v, p), moved},
         contains(copy, after_move) && linear_page_index(copy, after_move).n == linear_page_index(v, p).n},
        {"linear-index-kept/move of a faulted range that grows",
         {is_vma(v), contains(v, p), from.n == v.start.n, (from + pages).n >= v.end.n, to.n >= Int(0)},
         contains(copy, after_move) && linear_page_index(copy, after_move).n == linear_page_index(v, p).n},
        {"linear-index-kept/merge of a moved copy with a lower neighbour",
         {is_vma(v), is_vma(left), contains(v, p), moved, linear_neighbours(left, copy)},
         linear_page_index(grow_up(left, copy.end), after_move).n == linear_page_index(v, p).n},
    };
}

// Cutting a VMA from below without moving its offset along.
Query control() { return kept("control", is_inside(v, cut) && p.n >= cut.n, {cut, v.end, v.pgoff}); }

} // namespace of_linear_index_kept

const Theorem& linear_index_kept() {
    static const Theorem t{"linear-index-kept",
                           "Split, trim, growth, merge, fork and the move of a faulted range keep the linear index of "
                           "every page that survives",
                           "ranges are not empty; a merge passed linear_neighbours()", of_linear_index_kept::queries,
                           of_linear_index_kept::control};
    return t;
}

} // namespace properties::proofs::theorems
