// Sentence: asking the tree for one offset visits a subset of the full walk, and leaves out exactly the VMAs of which
// that offset is not an offset (the difference rule). Of the VMAs that contain the item's address, asking for the
// linear index that the address has in v leaves out only those in which it has another one.
//
// Informal proof. The tree visits what meets the question. Every interval meets [0, ULONG_MAX]; an interval meets [q,
// q] iff it contains q. If v contains the address a and q = lin(v, a), the interval of v contains q
// (interval-contains). So a left-out VMA that contains a has lin other than q: a walk by the recorded index loses
// nothing but VMAs in which the page has moved, and saves the visits of all VMAs that hold other offsets.
#include "properties/proofs/arithmetic.h"
#include "properties/proofs/theorems/arithmetic/list.h"

namespace properties::proofs::theorems {
namespace of_one_offset {

using model::linear_page_index;

template <class N>
void rule(std::vector<Query>& out, const std::string& number, const Limits& limits, std::uint64_t max) {
    const auto v = range_of_pages<N>("v");
    const auto q = pgoff_named<N>("q");
    const auto a = page_behind(v.start, "d");
    const N d = N::named("d");
    const model::IntervalOf<N> one{q, q}, every{{N(0)}, {N(max)}};
    const Formula full = meets(interval(v), every), visited = meets(interval(v), one);
    const Formula in_vma = not_negative(d) && d < vma_pages(v).n; // contains(v, a): the theorem `edges`
    auto ask = [&](const std::string& part, std::vector<Formula> premises, Formula goal) {
        premises.insert(premises.begin(), is_vma(v, limits));
        out.push_back({"one-offset/" + number + ", " + part, std::move(premises), std::move(goal)});
    };
    ask("the full walk visits every VMA", {}, full);
    ask("a subset", {is_offset(q, limits)}, implies(visited, full));
    ask("the difference rule", {is_offset(q, limits)},
        (full && !visited) == (q.n < interval(v).first.n || q.n > interval(v).last.n));
    ask("visited is: holds the offset", {is_offset(q, limits)}, visited == contains(interval(v), q));
    ask("what holds the address at this index is visited", {in_vma, q.n == linear_page_index(v, a).n}, visited);
    ask("what holds the address and is left out has it at another index", {in_vma, !visited},
        linear_page_index(v, a).n != q.n);
}

std::vector<Query> queries() {
    std::vector<Query> out;
    rule<Int>(out, "integers", x86_64_la57, UINT64_MAX);
    rule<Bv64>(out, "64 bits", x86_64_la57, UINT64_MAX);
    rule<Bv32>(out, "32 bits", arch_32bit, UINT32_MAX);
    return out;
}

// Asking for one offset loses no VMA that contains the address.
Query control() {
    const auto v = range_named<Int>("v");
    const auto q = pgoff_named<Int>("q");
    const auto a = page_named<Int>("a");
    return {"one-offset/control",
            {is_vma(v), is_offset(q), contains(v, a)},
            meets(interval(v), model::IntervalOf<Int>{q, q})};
}

} // namespace of_one_offset

const Theorem& one_offset() {
    static const Theorem t{
        "one-offset",
        "A query at one offset visits a subset of the full walk, and leaves out exactly the VMAs whose "
        "interval does not hold it",
        "intervals do not run over; of those that hold the address, only VMAs with another index are left out",
        of_one_offset::queries, of_one_offset::control};
    return t;
}

} // namespace properties::proofs::theorems
