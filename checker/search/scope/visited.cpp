#include "checker/search/scope/visited.h"

#include <system_error>

namespace checker::inline search::scope {
namespace {

__extension__ typedef unsigned __int128 Wide;

// The product of two words, its halves folded into one.
std::uint64_t fold(std::uint64_t a, std::uint64_t b) {
    const Wide product = static_cast<Wide>(a) * b;
    return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

constexpr std::uint64_t words_per_slot = 3;

// Of memory that comes in pages.
std::uint64_t bytes_of(std::uint64_t slots) {
    constexpr std::uint64_t page = 4096;
    return (slots * words_per_slot * sizeof(std::uint64_t) + page - 1) / page * page;
}

// Odd, with half of their bits set: digits of pi and of e.
constexpr std::uint64_t key[] = {0x243f6a8885a308d3u, 0x13198a2e03707345u, 0xa4093822299f31d1u, 0x082efa98ec4e6c89u,
                                 0xb7e151628aed2a6bu, 0xbf7158809cf4f3c7u, 0x62e7160f38b4da57u, 0xa784d9045190cfefu};

} // namespace

Fingerprint fingerprint(std::span<const std::uint64_t> form) {
    std::uint64_t lo = form.size(), hi = ~form.size();
    std::size_t i = 0;
    for (; i + 2 <= form.size(); i += 2) {
        lo = fold(form[i] ^ key[0] ^ lo, form[i + 1] ^ key[1]) + key[2];
        hi = fold(form[i] ^ key[4], form[i + 1] ^ key[5] ^ hi) + key[6];
    }
    const std::uint64_t rest = i < form.size() ? form[i] : 0;
    lo = fold(rest ^ key[0] ^ lo, key[3]);
    hi = fold(rest ^ key[7], key[4] ^ hi);
    return {fold(lo ^ key[5], hi ^ key[1]), fold(hi ^ key[2], lo ^ key[6])};
}

double collision_probability(std::uint64_t n) {
    const double states = static_cast<double>(n);
    return states * states / 2 / 0x1p128;
}

Visited::Visited(std::uint64_t max_bytes) : max_bytes_(max_bytes) {}

std::uint64_t Visited::find(const Shard& s, Fingerprint f) {
    const std::uint64_t mask = s.slots.size() - 1;
    std::uint64_t at = f.lo & mask;
    while (s.slots[at].place.word && s.slots[at].f != f) at = (at + 1) & mask;
    return at;
}

bool Visited::grow(Shard& s) {
    static_assert(sizeof(Slot) == words_per_slot * sizeof(std::uint64_t));
    const std::uint64_t slots = s.slots.empty() ? 128 : s.slots.size() * 2;
    const std::uint64_t bytes = bytes_of(slots), old_bytes = bytes_of(s.slots.size());
    // Old and new exist side by side for a moment.
    if (bytes_.fetch_add(bytes) + bytes > max_bytes_) {
        bytes_ -= bytes;
        return false;
    }
    Shard bigger;
    try {
        bigger.memory = WordArray(slots * words_per_slot, false);
    } catch (const std::system_error&) { // the machine has less than the bound
        bytes_ -= bytes;
        return false;
    }
    bigger.slots = {reinterpret_cast<Slot*>(bigger.memory.all().data()), slots};
    for (const Slot& slot : s.slots)
        if (slot.place.word) bigger.slots[find(bigger, slot.f)] = slot;
    s.memory = std::move(bigger.memory);
    s.slots = bigger.slots;
    bytes_ -= old_bytes;
    return true;
}

Visited::Met Visited::insert(Fingerprint f, Place place) {
    Shard& s = shards_[f.hi >> 58];
    const std::lock_guard hold(s.lock);
    if (s.used * 4 >= s.slots.size() * 3 && !grow(s) && s.used * 8 >= s.slots.size() * 7) return Met::no_room;
    Slot& slot = s.slots[find(s, f)];
    if (!slot.place.word) {
        slot = {f, place};
        ++s.used;
        return Met::first_time;
    }
    if (slot.place > place && slot.place.depth() == place.depth()) slot.place = place;
    return Met::before;
}

Place Visited::place_of(Fingerprint f) const {
    const Shard& s = shards_[f.hi >> 58];
    return s.slots.empty() ? Place{} : s.slots[find(s, f)].place;
}

std::uint64_t Visited::size() const {
    std::uint64_t n = 0;
    for (const Shard& s : shards_) {
        const std::lock_guard hold(s.lock);
        n += s.used;
    }
    return n;
}

} // namespace checker::inline search::scope
