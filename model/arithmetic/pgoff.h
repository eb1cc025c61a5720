// The page-offset arithmetic, written once.
//
// The model runs these templates with 64-bit integers; the proofs read the same text with a symbolic number. A theorem
// is then about the code that runs. Nothing here branches: where a rule needs a comparison, the comparison is returned,
// so that it can be a bool or a formula.
#pragma once

#include "model/arithmetic/units.h"

namespace model {

// A virtual range and the page offsets of its first page: what a VMA says about pages.
//
// Since 7.3 there are two (mm/vma.h). The anonymous one is the key of anon_vma trees and what folio->index counts; the
// file's is vm_pgoff, by which file pages are found. Before, vm_pgoff was both. No path moves one alone but the resets
// (theorem `both-offsets`), so a range has one offset, and the constant way from it to the other.
template <class N> struct RangeOf {
    VpnOf<N> start;
    VpnOf<N> end;                    // first page behind the range
    PgoffOf<N> pgoff;                // the anonymous offset
    PagesOf<N> to_vm_pgoff = {N(0)}; // what vm_pgoff is ahead of it, modulo the word: 0 but for files since 7.3
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

// vma->vm_pgoff (vma_start_pgoff() since 7.3).
template <class N> constexpr PgoffOf<N> vm_pgoff(const RangeOf<N>& r) { return r.pgoff + r.to_vm_pgoff; }
// The same range as the file sees it: what holds of the one offset is asked of the other through this.
template <class N> constexpr RangeOf<N> by_vm_pgoff(const RangeOf<N>& r) {
    return {r.start, r.end, vm_pgoff(r), {N(0)}};
}

// linear_page_index(), include/linux/pagemap.h; linear_anon_page_index() since 7.3: the anonymous offset of a page.
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
template <class N> constexpr RangeOf<N> split_below(const RangeOf<N>& r, VpnOf<N> at) {
    return {r.start, at, r.pgoff, r.to_vm_pgoff};
}
template <class N> constexpr RangeOf<N> split_above(const RangeOf<N>& r, VpnOf<N> at) {
    return {at, r.end, r.pgoff + (at - r.start), r.to_vm_pgoff};
}

// can_vma_merge_after() and can_vma_merge_before(), mm/vma.c; needs_adjacent_anon_pgoff() since 7.3: do address and
// both offsets run on from `left` to `right`?
template <class N> constexpr auto linear_neighbours(const RangeOf<N>& left, const RangeOf<N>& right) {
    return left.end.n == right.start.n && (left.pgoff + vma_pages(left)).n == right.pgoff.n &&
           left.to_vm_pgoff.n == right.to_vm_pgoff.n;
}

// vma_expand(), commit_merge(), mm/vma.c: the range grown upwards to `end`, downwards to `start`, shrunk from below.
template <class N> constexpr RangeOf<N> grow_up(const RangeOf<N>& r, VpnOf<N> end) {
    return {r.start, end, r.pgoff, r.to_vm_pgoff};
}
template <class N> constexpr RangeOf<N> grow_down(const RangeOf<N>& r, VpnOf<N> start) {
    return {start, r.end, r.pgoff - (r.start - start), r.to_vm_pgoff};
}
template <class N> constexpr RangeOf<N> shrink_below(const RangeOf<N>& r, VpnOf<N> start) {
    return split_above(r, start);
}
template <class N> constexpr RangeOf<N> shrink_above(const RangeOf<N>& r, VpnOf<N> end) { return split_below(r, end); }

// vma_merge_extend(), vma_modify(): the pages from `start` to `end` with the offsets that they have, or would have, in
// the range.
template <class N> constexpr RangeOf<N> part_of(const RangeOf<N>& r, VpnOf<N> start, VpnOf<N> end) {
    return {start, end, linear_page_index(r, start), r.to_vm_pgoff};
}

// copy_vma(), mm/vma.c: the range that a move of `pages` pages from `from` to `to` makes; a range whose pages have
// never been written takes the offset of its new place instead (`move_unfaulted`).
template <class N>
constexpr RangeOf<N> move_faulted(const RangeOf<N>& source, VpnOf<N> from, VpnOf<N> to, PagesOf<N> pages) {
    return {to, to + pages, linear_page_index(source, from), source.to_vm_pgoff};
}

// do_mmap(), mm/mmap.c: the offset that a private anonymous mapping gets, its own page number. This and the resets
// below are the only places where a page number becomes an offset.
template <class N> constexpr PgoffOf<N> anonymous_pgoff(VpnOf<N> start) { return {start.n}; }

// The resets: a range without a written page is as if it had been mapped where it is. Of anonymous memory both offsets
// are its page number; of a file, since 7.3, the anonymous one is, and vm_pgoff stays (dontunmap_complete(),
// copy_vma(), __mmap_region()).
template <class N> constexpr RangeOf<N> at_home(VpnOf<N> start, VpnOf<N> end) {
    return {start, end, anonymous_pgoff(start), {N(0)}};
}
template <class N> constexpr RangeOf<N> file_at_home(VpnOf<N> start, VpnOf<N> end, PgoffOf<N> file) {
    return {start, end, anonymous_pgoff(start), file - anonymous_pgoff(start)};
}
template <class N> constexpr RangeOf<N> move_unfaulted(VpnOf<N> to, PagesOf<N> pages) {
    return at_home(to, to + pages);
}
template <class N>
constexpr RangeOf<N> move_unfaulted_file(const RangeOf<N>& source, VpnOf<N> from, VpnOf<N> to, PagesOf<N> pages) {
    return file_at_home(to, to + pages, vm_pgoff(source) + (from - source.start));
}

} // namespace model
