// Sentence: interval-contains and vma-address-inverse hold of machine words too, up to the edges: offset 0, the last
// page, the top of the address space with 47 and with 57 bits, and a 32-bit machine with 4 KiB pages.
//
// Informal proof. Under the premises no sum of the arithmetic leaves its word (no-wrap-around), so it computes what the
// integers say. For an address below start, p - start wraps around to a huge number; adding pgoff gives either a number
// above the interval or, after wrapping once more, one below pgoff: never one inside, because the interval is shorter
// than what is left of the word. The last page of the address space has no room behind it, and needs none: `last` is
// included.
#include "properties/proofs/arithmetic.h"
#include "properties/proofs/theorems/arithmetic/list.h"

namespace properties::proofs::theorems {
namespace of_edges {

using model::linear_page_index;
using model::vma_address;

// Both sides are first compared with "the distance from the start is less than the number of pages"; then with each
// other.
template <class N> void at_limits(std::vector<Query>& out, const std::string& machine, const Limits& limits) {
    const auto v = range_of_pages<N>("v");
    const auto p = page_behind(v.start, "d");
    const N pages = vma_pages(v).n;
    const Formula vma = is_vma(v, limits), near = N::named("d") < pages;
    const auto last_page = v.end - model::PagesOf<N>{N(1)};
    const model::PgoffOf<N> o = v.pgoff + model::PagesOf<N>{N::named("d")}; // any offset, as any page
    const Formula by_address = contains(v, p) == near,
                  by_offset = contains(interval(v), linear_page_index(v, p)) == near;
    auto ask = [&](const std::string& part, std::vector<Formula> premises, Formula goal) {
        premises.insert(premises.begin(), vma);
        out.push_back({"edges/" + machine + ", " + part, std::move(premises), std::move(goal)});
    };
    ask("any page, in the VMA", {}, by_address);
    ask("any page, in the interval", {}, by_offset);
    ask("any page", {by_address, by_offset}, contains(interval(v), linear_page_index(v, p)) == contains(v, p));
    ask("there and back", {}, vma_address(v, linear_page_index(v, p)).n == p.n);
    ask("any offset", {by_address, by_offset}, contains(interval(v), o) == contains(v, vma_address(v, o)));
    ask("offset 0", {v.pgoff.n == N(0)},
        contains(interval(v), linear_page_index(v, p)) == near && interval(v).first.n == N(0));
    ask("the VMA's last page", {}, contains(v, last_page) && linear_page_index(v, last_page).n == interval(v).last.n);
    ask("the top of the address space", {v.start.n == N(limits.pages) - pages},
        contains(v, last_page) && vma_address(v, interval(v).last).n == N(limits.pages) - N(1));
    ask("the largest offset", {v.pgoff.n == N(limits.offsets) - pages},
        interval(v).last.n == N(limits.offsets) - N(1) && vma_address(v, interval(v).last).n == last_page.n);
}

std::vector<Query> queries() {
    std::vector<Query> out;
    at_limits<Bv64>(out, "47 bits", x86_64);
    at_limits<Bv64>(out, "57 bits", x86_64_la57);
    at_limits<Bv32>(out, "32 bits", arch_32bit);
    return out;
}

// Without a limit on the offset: an interval that runs over the end of the word is empty.
Query control() {
    const auto v = range_of_pages<Bv32>("v");
    const auto p = page_behind(v.start, "d");
    const Formula in_memory = Bv32(0) < vma_pages(v).n && vma_pages(v).n <= Bv32(arch_32bit.pages);
    return {"edges/control",
            {in_memory, Bv32::named("d") < vma_pages(v).n},
            contains(interval(v), linear_page_index(v, p))};
}

} // namespace of_edges

const Theorem& edges() {
    static const Theorem t{
        "edges",
        "Interval and inverse hold in 64-bit and 32-bit words up to the edges: offset 0, the last page, "
        "the top of the address space",
        "page numbers below 2^35, 2^45 or 2^20; the offset behind a VMA's last page is at most 2^52, or "
        "2^32 - 1 with 32 bits",
        of_edges::queries, of_edges::control};
    return t;
}

} // namespace properties::proofs::theorems
