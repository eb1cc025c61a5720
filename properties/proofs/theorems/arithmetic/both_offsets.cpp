// Sentence: what a path does to the anonymous offset of a range it does to vm_pgoff; only the resets move one alone.
//
// Informal proof. A range is one offset and the way from it to the other. Seen from the file, a range is the range with
// that way walked; a path that keeps the way may be taken before or after. So what is proved of one offset
// (linear-index-kept, merge-joins, ...) holds of the other. A reset puts the anonymous offset to the page's own number,
// and lengthens the way by what it moved, so that the file's pages stay where they are.
#include "properties/proofs/arithmetic.h"
#include "properties/proofs/theorems/arithmetic/list.h"

namespace properties::proofs::theorems {
namespace of_both_offsets {

using model::by_vm_pgoff;
using Range = model::RangeOf<Int>;
using Page = model::VpnOf<Int>;

const Range v = range_named<Int>("v"), left = range_named<Int>("left"), right = range_named<Int>("right");
const Page p = page_named<Int>("p"), cut = page_named<Int>("cut"), from = page_named<Int>("from"),
           to = page_named<Int>("to");
const model::PagesOf<Int> pages{Int::named("pages")};
const model::PgoffOf<Int> file = pgoff_named<Int>("file");

// The path, seen from the file, is the path of what the file sees.
template <class Path> Query both(std::string part, Path path) {
    return {"both-offsets/" + std::move(part), {is_vma(v)}, same(by_vm_pgoff(path(v)), path(by_vm_pgoff(v)))};
}

std::vector<Query> queries() {
    const Range moved = move_unfaulted_file(v, from, to, pages), home = model::at_home(v.start, v.end);
    return {
        both("split, lower part", [](const Range& r) { return split_below(r, cut); }),
        both("split, upper part", [](const Range& r) { return split_above(r, cut); }),
        both("trim from above", [](const Range& r) { return shrink_above(r, cut); }),
        both("trim from below", [](const Range& r) { return shrink_below(r, cut); }),
        both("growth upwards, merge to the left", [](const Range& r) { return grow_up(r, cut); }),
        both("growth downwards, merge to the right", [](const Range& r) { return grow_down(r, cut); }),
        both("a part, or what would follow", [](const Range& r) { return part_of(r, cut, to); }),
        both("move of a faulted range", [](const Range& r) { return move_faulted(r, from, to, pages); }),
        {"both-offsets/neighbours are neighbours for the file",
         {is_vma(left), is_vma(right), linear_neighbours(left, right)},
         linear_neighbours(by_vm_pgoff(left), by_vm_pgoff(right))},
        {"both-offsets/vm_pgoff of the first page", {is_vma(v)}, by_vm_pgoff(v).pgoff.n == vm_pgoff(v).n},
        {"both-offsets/the file sees one offset", {is_vma(v)}, vm_pgoff(by_vm_pgoff(v)).n == vm_pgoff(v).n},
        {"both-offsets/a reset of anonymous memory moves both", {is_vma(v)}, same(by_vm_pgoff(home), home)},
        {"both-offsets/a reset of a file keeps its pages",
         {is_vma(v), contains(v, from)},
         vm_pgoff(moved).n == linear_page_index(by_vm_pgoff(v), from).n && moved.pgoff.n == to.n},
        {"both-offsets/a file that is mapped",
         {is_vma(v)},
         vm_pgoff(model::file_at_home(v.start, v.end, file)).n == file.n &&
             linear_page_index(model::file_at_home(v.start, v.end, file), p).n == p.n},
    };
}

// The reset of a file, taken for a path like the others.
Query control() {
    return both("control", [](const Range& r) { return move_unfaulted_file(r, from, to, pages); });
}

} // namespace of_both_offsets

const Theorem& both_offsets() {
    static const Theorem t{"both-offsets",
                           "Split, trim, growth, merge and the move of a faulted range move the anonymous offset and "
                           "vm_pgoff alike; only the resets move one alone",
                           "ranges are not empty", of_both_offsets::queries, of_both_offsets::control};
    return t;
}

} // namespace properties::proofs::theorems
