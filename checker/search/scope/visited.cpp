#include "checker/search/scope/visited.h"

#include <xxhash.h>

#include <system_error>

namespace checker::inline search::scope {
namespace {

constexpr std::uint64_t words_per_slot = 3;

// Of memory that comes in pages.
std::uint64_t bytes_of(std::uint64_t slots) {
    constexpr std::uint64_t page = 4096;
    return (slots * words_per_slot * sizeof(std::uint64_t) + page - 1) / page * page;
}

} // namespace

Fingerprint fingerprint(std::span<const std::uint64_t> form) {
    const XXH128_hash_t h = XXH3_128bits(form.data(), form.size_bytes());
    return {h.low64, h.high64};
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
