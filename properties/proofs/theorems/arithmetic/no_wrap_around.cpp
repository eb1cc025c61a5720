// Sentence: under the stated premises no sum, difference or shift of the arithmetic leaves its word, in 64 bits or
// in 32.
//
// Informal proof. Page numbers are below 2^45 (2^20) and offsets at most 2^52 (2^32 - 1), so page numbers can be
// shifted back to addresses, and pgoff + (p - start) is at most the offset behind the VMA's last page, which the
// premise bounds. Growing downwards needs room below in both numbers, which expand_downwards() checks ("fails if the
// growth exceeds vm_pgoff") and merging downwards has because of the neighbour that it swallows.
#include "properties/proofs/arithmetic.h"
#include "properties/proofs/theorems/arithmetic/list.h"

namespace properties::proofs::theorems {
namespace of_no_wrap_around {

using model::linear_page_index;

// x + y without a carry; x - y without a borrow.
template <class N> Formula no_carry(const N& x, const N& y) { return x + y >= x; }
template <class N> Formula no_borrow(const N& x, const N& y) { return y <= x; }

template <class N> void in_words_of(std::vector<Query>& out, const std::string& machine, const Limits& limits) {
    const auto v = range_of_pages<N>("v");
    const N d = N::named("d"), pages = vma_pages(v).n;
    const auto p = page_behind(v.start, "d"); // in the VMA, or the cut of a split
    const auto to = page_named<N>("to");
    const model::PagesOf<N> moved{N::named("moved")};
    const Formula inside = d < pages, cut = N(0) < d && d < pages;
    auto ask = [&](const std::string& part, std::vector<Formula> premises, Formula goal) {
        premises.insert(premises.begin(), is_vma(v, limits));
        out.push_back({"no-wrap-around/" + machine + ", " + part, std::move(premises), std::move(goal)});
    };
    // That a result is the range of a VMA again, one limit at a time.
    auto ask_vma = [&](const std::string& part, const Formula& premise, const model::RangeOf<N>& r) {
        const N n = vma_pages(r).n;
        ask(part + ": its length", {premise}, N(0) < n && n <= N(limits.pages));
        ask(part + ": its place", {premise}, r.start.n <= N(limits.pages) - n);
        ask(part + ": its offsets", {premise}, r.pgoff.n <= N(limits.offsets) - n);
    };
    ask("linear_page_index(), distance", {inside}, no_borrow(p.n, v.start.n) && (p - v.start).n == d);
    ask("linear_page_index(), sum", {inside}, no_carry(v.pgoff.n, (p - v.start).n));
    ask("linear_page_index(), below the limit", {inside}, linear_page_index(v, p).n < N(limits.offsets));
    ask("vma_address(), distance", {inside}, no_borrow(linear_page_index(v, p).n, v.pgoff.n));
    ask("vma_address(), sum", {inside}, no_carry(v.start.n, (linear_page_index(v, p) - v.pgoff).n));
    ask("interval(), sum", {}, no_carry(v.pgoff.n, vma_pages(v).n));
    ask("interval(), not empty", {}, interval(v).first.n <= interval(v).last.n);
    ask_vma("split, lower part", cut, split_below(v, p));
    ask_vma("split, upper part", cut, split_above(v, p));

    // The neighbour below, as linear_neighbours() finds it: `d` pages that end where v starts.
    const model::RangeOf<N> left{v.start - model::PagesOf<N>{d}, v.start, v.pgoff - model::PagesOf<N>{d}};
    const Formula neighbour = N(0) < d && no_borrow(v.start.n, d) && no_borrow(v.pgoff.n, d);
    ask("merge, the test", {neighbour}, linear_neighbours(left, v));
    ask_vma("merge upwards", neighbour, grow_up(left, v.end));
    ask_vma("merge downwards, or growth of a stack", neighbour, grow_down(v, left.start));

    const Formula a_move = N(0) < moved.n && d < pages && moved.n <= pages - d && to.n <= N(limits.pages) - moved.n;
    ask("move, sum", {a_move}, no_carry(to.n, moved.n));
    ask_vma("move of a faulted range", a_move, move_faulted(v, p, to, moved));
    ask_vma("move of an unfaulted range", a_move, model::move_unfaulted(to, moved));

    ask("shifts", {inside, p.n < N(limits.pages)}, model::vpn_of(model::address_of(p)).n == p.n);
    ask("the last byte of a page", {inside, p.n < N(limits.pages)},
        no_carry(model::address_of(p), N(model::PAGE_SIZE - 1)));
}

std::vector<Query> queries() {
    std::vector<Query> out;
    in_words_of<Bv64>(out, "64 bits", x86_64_la57);
    in_words_of<Bv32>(out, "32 bits", arch_32bit);
    return out;
}

// A stack that grows by more than its offset.
Query control() {
    const auto v = range_of_pages<Bv64>("v");
    const Bv64 d = Bv64::named("d");
    const Formula neighbour = Bv64(0) < d && no_borrow(v.start.n, d);
    return {"no-wrap-around/control", {is_vma(v), neighbour}, is_vma(grow_down(v, v.start - model::PagesOf<Bv64>{d}))};
}

} // namespace of_no_wrap_around

const Theorem& no_wrap_around() {
    static const Theorem t{"no-wrap-around", "No sum, difference or shift leaves its word, in 64 bits or in 32",
                           "page numbers below 2^45 or 2^20; the offset behind a VMA's last page is at most 2^52, or "
                           "2^32 - 1 with 32 bits; a stack does not grow by more than its offset",
                           of_no_wrap_around::queries, of_no_wrap_around::control};
    return t;
}

} // namespace properties::proofs::theorems
