// What the arithmetic theorems share: ranges made of symbols, and what may be taken for granted of a VMA's range.
//
// Everything here is said of any number: mathematical integers for what is true, bit-vectors for what a machine
// computes.
#pragma once

#include <string>

#include "model/arithmetic/pgoff.h"
#include "properties/proofs/solver.h"

namespace properties::proofs {

template <class N> model::RangeOf<N> range_named(const std::string& name) {
    return {{N::named(name + ".start")},
            {N::named(name + ".end")},
            {N::named(name + ".pgoff")},
            {N::named(name + ".to_vm_pgoff")}};
}
template <class N> model::VpnOf<N> page_named(const std::string& name) { return {N::named(name)}; }
template <class N> model::PgoffOf<N> pgoff_named(const std::string& name) { return {N::named(name)}; }
template <class N> N constant(std::uint64_t value) { return N(value); }

template <class N> Formula same(const model::RangeOf<N>& a, const model::RangeOf<N>& b) {
    return a.start.n == b.start.n && a.end.n == b.end.n && a.pgoff.n == b.pgoff.n && a.to_vm_pgoff.n == b.to_vm_pgoff.n;
}

// How large addresses and offsets can be. x86-64 has 47 or 57 bits of user addresses; a private file mapping's last
// byte has an offset below 2^64 (EOVERFLOW in do_mmap()), so its last page is below 2^52. A 32-bit machine with 4 KiB
// pages has 20 bits of pages, and file offsets of 44 bits, which fill a 32-bit pgoff_t to the brim.
struct Limits {
    std::uint64_t pages;   // page numbers are below
    std::uint64_t offsets; // the offset behind a range's last page is at most
};
inline constexpr Limits x86_64{std::uint64_t{1} << 35, std::uint64_t{1} << 52};
inline constexpr Limits x86_64_la57{std::uint64_t{1} << 45, std::uint64_t{1} << 52};
inline constexpr Limits arch_32bit{std::uint64_t{1} << 20, (std::uint64_t{1} << 32) - 1};

// Numbers that are integers start at 0; bit-vectors cannot do otherwise.
inline Formula not_negative(const Int& n) { return n >= Int(0); }
template <Sort S> Formula not_negative(const NumberOf<S>&) { return true; }

// The range of a VMA: not empty, below the limits, and the offset of its end does not run over. Lengths are compared,
// not ends, which says the same of numbers that do not wrap around, and is what a solver of bit-vectors can work with.
template <class N> Formula is_vma(const model::RangeOf<N>& r, const Limits& limits = x86_64_la57) {
    const N pages = r.end.n - r.start.n;
    return not_negative(r.start.n) && N(0) < pages && pages <= N(limits.pages) &&
           r.start.n <= N(limits.pages) - pages && not_negative(r.pgoff.n) && r.pgoff.n <= N(limits.offsets) - pages;
}
// A cut strictly inside, which leaves two VMAs.
template <class N> Formula is_inside(const model::RangeOf<N>& r, const model::VpnOf<N>& cut) {
    return N(0) < cut.n - r.start.n && cut.n - r.start.n < r.end.n - r.start.n;
}

// For words: a range of `name.pages` pages, and the page that is `distance` behind its start, whatever that is modulo
// the word. Any range and any page can be written so, and differences of them cancel before the solver sees bits.
template <class N> model::RangeOf<N> range_of_pages(const std::string& name) {
    const model::VpnOf<N> start{N::named(name + ".start")};
    return {start, start + model::PagesOf<N>{N::named(name + ".pages")}, {N::named(name + ".pgoff")}};
}
template <class N> model::VpnOf<N> page_behind(const model::VpnOf<N>& start, const std::string& distance) {
    return start + model::PagesOf<N>{N::named(distance)};
}
template <class N> Formula is_offset(const model::PgoffOf<N>& o, const Limits& limits = x86_64_la57) {
    return not_negative(o.n) && o.n <= N(limits.offsets);
}

} // namespace properties::proofs
