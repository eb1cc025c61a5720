// Random numbers that are the same on every machine: xoshiro256** seeded by splitmix64 (Blackman and Vigna). The
// distributions of <random> differ between libraries; these do not.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <span>

namespace checker::inline support {

class Random {
  public:
    // Streams of different numbers are independent: a run of a campaign is a stream.
    explicit Random(std::uint64_t seed, std::uint64_t stream = 0) {
        std::uint64_t x = seed ^ (stream * 0xd1342543de82ef95u + 0x2545f4914f6cdd1du);
        for (std::uint64_t& s : state_) s = splitmix(x);
    }

    std::uint64_t next() {
        const std::uint64_t result = std::rotl(state_[1] * 5, 7) * 9, t = state_[1] << 17;
        state_[2] ^= state_[0];
        state_[3] ^= state_[1];
        state_[1] ^= state_[2];
        state_[0] ^= state_[3];
        state_[2] ^= t;
        state_[3] = std::rotl(state_[3], 45);
        return result;
    }

    // 0 to n - 1; n is below 2^32 and not 0.
    std::uint32_t below(std::uint64_t n) { return static_cast<std::uint32_t>(((next() >> 32) * n) >> 32); }
    // So many times of a hundred.
    bool percent(std::uint32_t p) { return below(100) < p; }

    template <class T, std::size_t N> const T& pick(const T (&list)[N]) { return list[below(N)]; }
    template <class T> const T& pick(std::span<const T> list) { return list[below(list.size())]; }

  private:
    static std::uint64_t splitmix(std::uint64_t& x) {
        std::uint64_t z = (x += 0x9e3779b97f4a7c15u);
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
        z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
        return z ^ (z >> 31);
    }
    std::array<std::uint64_t, 4> state_{};
};

} // namespace checker::inline support
