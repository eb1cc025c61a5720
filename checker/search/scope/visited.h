// The set of states that were met, as fingerprints of 128 bits: two states with one fingerprint would be taken for one,
// and the report says how likely that is (collision_probability()).
//
// Beside each fingerprint stands where its state was first met: the step that led there, and from where. Of several
// such steps at the same depth the least is kept, so that the outcome does not depend on which thread was faster.
//
// By hand, and not a library's set: its size has a bound in bytes that holds while it grows, its memory may be given
// back, and the least place wins whichever thread comes first.
#pragma once

#include <array>
#include <atomic>
#include <bit>
#include <cstdint>
#include <mutex>
#include <span>

#include "checker/search/scope/words.h"

namespace checker::inline search::scope {

struct Fingerprint {
    std::uint64_t lo = 0, hi = 0;
    friend auto operator<=>(const Fingerprint&, const Fingerprint&) = default;
};

// Of a canonical form: XXH3 of 128 bits.
Fingerprint fingerprint(std::span<const std::uint64_t> form);

// The probability that any two of n random fingerprints of 128 bits are equal, by the birthday bound.
double collision_probability(std::uint64_t n);

// A step, and the state that it was played in: by depth, index of the state at the depth before, index in the catalog.
// 0 is no place; the start is at depth 0.
struct Place {
    static constexpr unsigned step_bits = 18, parent_bits = 38;
    std::uint64_t word = 0;

    Place() = default;
    Place(unsigned depth, std::uint64_t parent, std::uint64_t step)
        : word(std::uint64_t{depth + 1} << (step_bits + parent_bits) | parent << step_bits | step) {}
    unsigned depth() const { return static_cast<unsigned>(word >> (step_bits + parent_bits)) - 1; }
    std::uint64_t parent() const { return word >> step_bits & ((std::uint64_t{1} << parent_bits) - 1); }
    std::uint64_t step() const { return word & ((std::uint64_t{1} << step_bits) - 1); }
    friend auto operator<=>(const Place&, const Place&) = default;
};

class Visited {
  public:
    enum class Met : std::uint8_t { first_time, before, no_room };

    // Keeps its tables below `max_bytes`.
    explicit Visited(std::uint64_t max_bytes);

    // Of any thread.
    Met insert(Fingerprint f, Place place);
    // None (word 0) if it was never met.
    Place place_of(Fingerprint f) const;

    std::uint64_t size() const;
    std::uint64_t bytes() const { return bytes_.load(std::memory_order_relaxed); }
    // Appends the places of this depth. Not while another thread inserts.
    template <class Out> void each_at(unsigned depth, Out&& out) const {
        for (const Shard& s : shards_)
            for (const Slot& slot : s.slots)
                if (slot.place.word && slot.place.depth() == depth) out(slot.place);
    }

    // The same of the states themselves.
    template <class Out> void each_met_at(unsigned depth, Out&& out) const {
        for (const Shard& s : shards_)
            for (const Slot& slot : s.slots)
                if (slot.place.word && slot.place.depth() == depth) out(slot.f);
    }

  private:
    struct Slot {
        Fingerprint f;
        Place place;
    };
    struct Shard {
        mutable std::mutex lock;
        WordArray memory;      // given back as a whole, so that the bound is kept
        std::span<Slot> slots; // a power of two; open addressing, at most 3/4 full; in `memory`
        std::uint64_t used = 0;
    };

    bool grow(Shard& s);
    static std::uint64_t find(const Shard& s, Fingerprint f); // its slot, or the free one where it belongs

    std::uint64_t max_bytes_;
    std::atomic<std::uint64_t> bytes_{0};
    std::array<Shard, 64> shards_;
};

} // namespace checker::inline search::scope
