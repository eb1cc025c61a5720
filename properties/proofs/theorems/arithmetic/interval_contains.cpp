// Sentence: a VMA's interval in the tree contains the offset of an address exactly when the VMA contains the address.
//
// Informal proof. The interval is [pgoff, pgoff + len - 1]; lin(v, p) lies in it iff 0 <= p - start <= len - 1, which
// is start <= p < end. Over integers this holds of every p, also of one far outside; over machine words an address
// outside must not come back into the interval by wrapping around, which the edges theorem shows under its premises.
#include "properties/proofs/arithmetic.h"
#include "properties/proofs/theorems/arithmetic/list.h"

namespace properties::proofs::theorems {
namespace of_interval_contains {

using model::linear_page_index;

template <class N> Formula exactly_when(const model::RangeOf<N>& v, const model::VpnOf<N>& p) {
    return contains(interval(v), linear_page_index(v, p)) == contains(v, p);
}

std::vector<Query> queries() {
    const auto v = range_named<Int>("v");
    const auto p = page_named<Int>("p");
    return {
        {"interval-contains/of any page number", {is_vma(v)}, exactly_when(v, p)},
        {"interval-contains/first and last page",
         {is_vma(v)},
         linear_page_index(v, v.start).n == interval(v).first.n &&
             linear_page_index(v, v.end - model::PagesOf<Int>{Int(1)}).n == interval(v).last.n},
        {"interval-contains/as many offsets as pages",
         {is_vma(v)},
         interval(v).last.n - interval(v).first.n + Int(1) == vma_pages(v).n},
    };
}

// The address itself taken for the offset.
Query control() {
    const auto v = range_named<Int>("v");
    const auto p = page_named<Int>("p");
    return {"interval-contains/control",
            {is_vma(v), not_negative(p.n)},
            contains(interval(v), model::anonymous_pgoff(p)) == contains(v, p)};
}

} // namespace of_interval_contains

const Theorem& interval_contains() {
    static const Theorem t{
        "interval-contains",
        "A VMA's interval contains the linear index of an address exactly when the VMA contains the address",
        "the range is not empty", of_interval_contains::queries, of_interval_contains::control};
    return t;
}

} // namespace properties::proofs::theorems
