// The page-offset arithmetic, written once.
//
// The model runs these templates with 64-bit integers; the proofs read the same text with a symbolic number. A theorem
// is then about the code that runs. Nothing here branches: where a rule needs a comparison, the comparison is returned,
// so that it can be a bool or a formula.
#pragma once

#include "model/arithmetic/units.h"

namespace model {

// A virtual range and the page offset of its first page: what a VMA says about pages.
template <class N> struct RangeOf {
    VpnOf<N> start;
    VpnOf<N> end; // first page behind the range
    PgoffOf<N> pgoff;
};
using Range = RangeOf<std::uint64_t>;

// The offsets of a range as the interval tree holds them: both ends included.
template <class N> struct IntervalOf {
    PgoffOf<N> first;
    PgoffOf<N> last;

    friend bool operator==(const IntervalOf&, const IntervalOf&) = default;
};
using Interval = IntervalOf<std::uint64_t>;

// vma_pages(), include/linux/mm.h.
template <class N> constexpr PagesOf<N> vma_pages(const RangeOf<N>& r) { return r.end - r.start; }

// Does the range contain the page? (the first check of rmap_walk_ksm(), mm/ksm.c)
template <class N> constexpr auto contains(const RangeOf<N>& r, VpnOf<N> page) {
    return page.n >= r.start.n && page.n < r.end.n;
}

// linear_page_index(), include/linux/pagemap.h: the offset of a page of the range.
template <class N> constexpr PgoffOf<N> linear_page_index(const RangeOf<N>& r, VpnOf<N> page) {
    return r.pgoff + (page - r.start);
}

// vma_address(), mm/internal.h: the page of the range that has this offset. Only for offsets in its interval.
template <class N> constexpr VpnOf<N> vma_address(const RangeOf<N>& r, PgoffOf<N> pgoff) {
    return r.start + (pgoff - r.pgoff);
}

// avc_start_pgoff() and avc_last_pgoff(), mm/interval_tree.c. The range must not be empty.
template <class N> constexpr IntervalOf<N> interval(const RangeOf<N>& r) {
    return {r.pgoff, r.pgoff + vma_pages(r) - PagesOf<N>{N(1)}};
}

// Does the interval contain the offset; do two intervals meet? (INTERVAL_TREE_DEFINE)
template <class N> constexpr auto contains(const IntervalOf<N>& i, PgoffOf<N> pgoff) {
    return i.first.n <= pgoff.n && pgoff.n <= i.last.n;
}
template <class N> constexpr auto meets(const IntervalOf<N>& a, const IntervalOf<N>& b) {
    return a.first.n <= b.last.n && b.first.n <= a.last.n;
}

// __split_vma(), mm/vma.c: the part below and the part above `at`, which lies inside the range.
template <class N> constexpr RangeOf<N> split_below(const RangeOf<N>& r, VpnOf<N> at) { return {r.start, at, r.pgoff}; }
template <class N> constexpr RangeOf<N> split_above(const RangeOf<N>& r, VpnOf<N> at) {
    return {at, r.end, r.pgoff + (at - r.start)};
}

// can_vma_merge_after() and can_vma_merge_before(), mm/vma.c: do address and offset run on from `left` to `right`?
template <class N> constexpr auto linear_neighbours(const RangeOf<N>& left, const RangeOf<N>& right) {
    return left.end.n == right.start.n && (left.pgoff + vma_pages(left)).n == right.pgoff.n;
}

// vma_expand(), commit_merge(), mm/vma.c: the range grown upwards to `end`, downwards to `start`, shrunk from below.
template <class N> constexpr RangeOf<N> grow_up(const RangeOf<N>& r, VpnOf<N> end) { return {r.start, end, r.pgoff}; }
template <class N> constexpr RangeOf<N> grow_down(const RangeOf<N>& r, VpnOf<N> start) {
    return {start, r.end, r.pgoff - (r.start - start)};
}
template <class N> constexpr RangeOf<N> shrink_below(const RangeOf<N>& r, VpnOf<N> start) {
    return split_above(r, start);
}
template <class N> constexpr RangeOf<N> shrink_above(const RangeOf<N>& r, VpnOf<N> end) { return split_below(r, end); }

// copy_vma(), mm/vma.c: the range that a move of `pages` pages from `from` to `to` makes; a range whose pages have
// never been written takes the offset of its new place instead (`move_unfaulted`).
template <class N>
constexpr RangeOf<N> move_faulted(const RangeOf<N>& source, VpnOf<N> from, VpnOf<N> to, PagesOf<N> pages) {
    return {to, to + pages, linear_page_index(source, from)};
}

// do_mmap(), mm/mmap.c: the offset that a private anonymous mapping gets, its own page number. This and
// move_unfaulted() are the only places where a page number becomes an offset.
template <class N> constexpr PgoffOf<N> anonymous_pgoff(VpnOf<N> start) { return {start.n}; }
template <class N> constexpr RangeOf<N> move_unfaulted(VpnOf<N> to, PagesOf<N> pages) {
    return {to, to + pages, anonymous_pgoff(to)};
}

} // namespace model
