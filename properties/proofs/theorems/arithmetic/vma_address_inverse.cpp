// Sentence: vma_address() is the inverse of linear_page_index(), and stays within the VMA for offsets of its interval.
//
// Informal proof. start + ((pgoff + (p - start)) - pgoff) = p, and the same the other way round; by interval-contains,
// an offset of the interval belongs to a page of the VMA.
#include "properties/proofs/arithmetic.h"
#include "properties/proofs/theorems/arithmetic/list.h"

namespace properties::proofs::theorems {
namespace of_vma_address_inverse {

using model::linear_page_index;
using model::vma_address;

std::vector<Query> queries() {
    const auto v = range_named<Int>("v");
    const auto p = page_named<Int>("p");
    const auto o = pgoff_named<Int>("o");
    return {
        {"vma-address-inverse/address to offset and back",
         {is_vma(v)},
         vma_address(v, linear_page_index(v, p)).n == p.n},
        {"vma-address-inverse/offset to address and back",
         {is_vma(v)},
         linear_page_index(v, vma_address(v, o)).n == o.n},
        {"vma-address-inverse/stays within the VMA",
         {is_vma(v)},
         contains(interval(v), o) == contains(v, vma_address(v, o))},
    };
}

// The way back by another VMA that holds the same address.
Query control() {
    const auto v = range_named<Int>("v"), w = range_named<Int>("w");
    const auto p = page_named<Int>("p");
    return {"vma-address-inverse/control",
            {is_vma(v), is_vma(w), contains(v, p), contains(w, p)},
            vma_address(w, linear_page_index(v, p)).n == p.n};
}

} // namespace of_vma_address_inverse

const Theorem& vma_address_inverse() {
    static const Theorem t{
        "vma-address-inverse",
        "vma_address() is the inverse of linear_page_index(), and keeps to the VMA for offsets of its "
        "interval",
        "the range is not empty", of_vma_address_inverse::queries, of_vma_address_inverse::control};
    return t;
}

} // namespace properties::proofs::theorems
