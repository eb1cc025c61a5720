#include "checker/search/shrink/fields.h"

#include <algorithm>
#include <iterator>

#include "checker/search/random/generate.h"

namespace checker::inline search {

using namespace model;

namespace {

// The simplest values of a type, in order; what is not among them is worse than all of them.
constexpr std::uint64_t prots[] = {prot_read | prot_write, prot_read, prot_none};
constexpr std::uint64_t maps[] = {map_private | map_fixed | map_anonymous, map_private | map_fixed,
                                  map_private | map_fixed | map_anonymous | map_noreserve,
                                  map_private | map_fixed | map_noreserve};
constexpr std::uint64_t remaps[] = {mremap_maymove | mremap_fixed, mremap_maymove,
                                    mremap_maymove | mremap_fixed | mremap_dontunmap,
                                    mremap_maymove | mremap_dontunmap};
constexpr std::uint64_t advices[] = {madv_mergeable, madv_unmergeable, madv_dontneed,      madv_pageout,
                                     madv_dontfork,  madv_wipeonfork,  madv_populate_write};

template <std::size_t N> std::uint64_t rank_in(const std::uint64_t (&list)[N], std::uint64_t v) {
    const auto at = std::find(std::begin(list), std::end(list), v);
    return at == std::end(list) ? N + v : static_cast<std::uint64_t>(at - std::begin(list));
}
template <class T, std::size_t N> std::vector<T> all_of(const std::uint64_t (&list)[N]) {
    std::vector<T> out;
    for (std::uint64_t v : list) out.push_back({v});
    return out;
}
template <class T, class V> std::vector<T> all_of(const std::vector<V>& list) {
    std::vector<T> out;
    for (V v : list) out.push_back({v});
    return out;
}

} // namespace

std::uint64_t rank(Address f) {
    return f.v < address(first_page) ? 1000 + f.v
                                     : (f.v - address(first_page)) / PAGE_SIZE + (f.v % PAGE_SIZE ? 1000 : 0);
}
std::uint64_t rank(Length f) { return f.v ? (f.v - 1) / PAGE_SIZE + (f.v % PAGE_SIZE ? 1000 : 0) : 1000; }
std::uint64_t rank(FileOffset f) { return f.v / PAGE_SIZE; }
std::uint64_t rank(Fd f) { return f.v < 0 ? 0 : f.v == 3 ? 1 : 2; }
std::uint64_t rank(ProtBits f) { return rank_in(prots, f.v); }
std::uint64_t rank(MapBits f) { return rank_in(maps, f.v); }
std::uint64_t rank(MremapBits f) { return rank_in(remaps, f.v); }
std::uint64_t rank(AdviceCode f) { return rank_in(advices, f.v); }
std::uint64_t rank(Byte f) { return f.v ? f.v - 1u : 1000; }
std::uint64_t rank(Count f) { return f.v ? f.v - 1 : 1000; }
std::uint64_t rank(PidArg f) { return f.v - 1u; }
std::uint64_t rank(Switch f) { return f.v; }
std::uint64_t rank(PrctlOption) { return 0; }
std::uint64_t rank(Knob f) { return static_cast<std::uint64_t>(f.v); }

std::vector<Address> values(const Values& p, Address) { return all_of<Address>(p.addresses); }
std::vector<Length> values(const Values& p, Length) { return all_of<Length>(p.lengths); }
std::vector<FileOffset> values(const Values& p, FileOffset) {
    std::vector<FileOffset> out{{0}};
    for (std::uint64_t a : p.addresses) out.push_back({a});
    return out;
}
std::vector<Fd> values(const Values&, Fd) { return {{-1}, {3}}; }
std::vector<ProtBits> values(const Values&, ProtBits) { return all_of<ProtBits>(prots); }
std::vector<MapBits> values(const Values&, MapBits) { return all_of<MapBits>(maps); }
std::vector<MremapBits> values(const Values&, MremapBits) { return all_of<MremapBits>(remaps); }
std::vector<AdviceCode> values(const Values&, AdviceCode) { return all_of<AdviceCode>(advices); }
std::vector<Byte> values(const Values&, Byte) { return {{1}, {2}}; }
std::vector<Count> values(const Values&, Count) { return {{1}, {2}, {3}}; }
std::vector<PidArg> values(const Values& p, PidArg) { return all_of<PidArg>(p.pids); }
std::vector<Switch> values(const Values&, Switch) { return {{0}, {1}}; }
std::vector<PrctlOption> values(const Values&, PrctlOption) { return {{}}; }
std::vector<Knob> values(const Values&, Knob) {
    std::vector<Knob> out;
    for (std::size_t i = 0; i < std::size(knob_names); ++i) out.push_back({static_cast<KnobName>(i)});
    return out;
}

} // namespace checker::inline search
