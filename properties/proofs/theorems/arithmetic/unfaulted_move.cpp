// Sentence: moving an unfaulted anonymous range changes the linear index of its pages by exactly the distance to their
// own page numbers; of a range that was never moved before, by exactly the distance of the move.
//
// Informal proof. The copy gets its own page number as offset, so every page of it has its page number as index. What
// it had before is lin(v, p); the difference is the new page number minus that. If v had its own page number as offset
// too, the difference is the distance of the move. (No page-table entry sees this: an unfaulted range maps no anonymous
// page.)
#include "properties/proofs/arithmetic.h"
#include "properties/proofs/theorems/arithmetic/list.h"

namespace properties::proofs::theorems {
namespace of_unfaulted_move {

using model::linear_page_index;
using Page = model::VpnOf<Int>;

const model::RangeOf<Int> v = range_named<Int>("v");
const Page p = page_named<Int>("p"), from = page_named<Int>("from"), to = page_named<Int>("to");
const model::PagesOf<Int> pages{Int::named("pages")};

std::vector<Formula> a_move() {
    return {is_vma(v),     contains(v, p),         from.n >= v.start.n,
            from.n <= p.n, p.n < (from + pages).n, (from + pages).n <= v.end.n,
            to.n >= Int(0)};
}

std::vector<Query> queries() {
    const model::RangeOf<Int> copy = move_unfaulted(to, pages);
    const Page q = to + (p - from);
    const Int change = linear_page_index(copy, q).n - linear_page_index(v, p).n;
    std::vector<Formula> unmoved = a_move();
    unmoved.push_back(v.pgoff.n == model::anonymous_pgoff(v.start).n);
    return {
        {"unfaulted-move/the index is the page's own number", a_move(),
         contains(copy, q) && linear_page_index(copy, q).n == model::anonymous_pgoff(q).n},
        {"unfaulted-move/by how much it changes", a_move(), change == q.n - linear_page_index(v, p).n},
        {"unfaulted-move/by the distance, if it was never moved", unmoved, change == to.n - from.n},
    };
}

// Unfaulted or not, the index stays.
Query control() {
    const model::RangeOf<Int> copy = move_unfaulted(to, pages);
    return {"unfaulted-move/control", a_move(),
            linear_page_index(copy, to + (p - from)).n == linear_page_index(v, p).n};
}

} // namespace of_unfaulted_move

const Theorem& unfaulted_move() {
    static const Theorem t{
        "unfaulted-move",
        "The move of an unfaulted anonymous range changes the linear index of each page to its own page "
        "number: by the distance of the move, if the range was never moved",
        "the moved pages lie in one VMA", of_unfaulted_move::queries, of_unfaulted_move::control};
    return t;
}

} // namespace properties::proofs::theorems
