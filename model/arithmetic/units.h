// Units are types.
//
// A virtual page number says where a page is in a process; a page offset says where it is in its object. Mistaking one
// for the other (address >> PAGE_SHIFT used as an offset) is the error that this project exists for, so the two do not
// convert into each other: the only bridges are the functions of pgoff.h that take a range with its offset.
//
// All units are generic over the number N: std::uint64_t in the model, a symbolic number in the proofs.
#pragma once

#include <compare>
#include <cstdint>

namespace model {

template <class N> struct PagesOf;

// A point on a scale of pages; Tag keeps scales apart.
template <class Tag, class N> struct PointOf {
    N n{};

    friend auto operator<=>(const PointOf&, const PointOf&) = default;
    friend constexpr PointOf operator+(const PointOf& p, const PagesOf<N>& d) { return {p.n + d.n}; }
    friend constexpr PointOf operator-(const PointOf& p, const PagesOf<N>& d) { return {p.n - d.n}; }
    friend constexpr PagesOf<N> operator-(const PointOf& a, const PointOf& b) { return {a.n - b.n}; }
    friend constexpr PointOf& operator+=(PointOf& p, const PagesOf<N>& d) { return p = p + d; }
    friend constexpr PointOf& operator-=(PointOf& p, const PagesOf<N>& d) { return p = p - d; }
};

// A count of pages, or the distance of two points on one scale.
template <class N> struct PagesOf {
    N n{};

    friend auto operator<=>(const PagesOf&, const PagesOf&) = default;
    friend constexpr PagesOf operator+(const PagesOf& a, const PagesOf& b) { return {a.n + b.n}; }
    friend constexpr PagesOf operator-(const PagesOf& a, const PagesOf& b) { return {a.n - b.n}; }
};

struct VpnTag;
struct PgoffTag;
template <class N> using VpnOf = PointOf<VpnTag, N>;
template <class N> using PgoffOf = PointOf<PgoffTag, N>;

using Vpn = VpnOf<std::uint64_t>;     // virtual page number: address >> PAGE_SHIFT
using Pgoff = PgoffOf<std::uint64_t>; // page offset in the mapped object (pgoff_t)
using Pages = PagesOf<std::uint64_t>; // a number of pages

inline constexpr unsigned PAGE_SHIFT = 12;
inline constexpr std::uint64_t PAGE_SIZE = std::uint64_t{1} << PAGE_SHIFT;
inline constexpr std::uint64_t TASK_SIZE = 0x7ffffffff000; // x86-64, 47 bits, less the guard page
inline constexpr Pgoff PGOFF_MAX{~std::uint64_t{0}};       // ULONG_MAX: the end of "every page offset"

// The page that holds a byte address, and the address of a page's first byte.
template <class N> constexpr VpnOf<N> vpn_of(const N& address) { return {address >> PAGE_SHIFT}; }
template <class N> constexpr N address_of(const VpnOf<N>& page) { return page.n << PAGE_SHIFT; }
constexpr Vpn vpn(std::uint64_t address) { return vpn_of(address); }
constexpr std::uint64_t address(Vpn page) { return address_of(page); }

} // namespace model
