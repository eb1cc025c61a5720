// A share of numbered work for one machine of several: the numbers that leave the same remainder.
#pragma once

#include <cstdint>
#include <string>

namespace checker::inline search {

struct Shard {
    std::uint64_t index = 0, of = 1; // from 0

    bool all() const { return of == 1; }
    // The number, in all of the work, of the n-th piece of this share.
    std::uint64_t number(std::uint64_t n) const { return n * of + index; }
    bool has(std::uint64_t number) const { return number % of == index; }
    // How many of the first `total` numbers it has.
    std::uint64_t count(std::uint64_t total) const { return total > index ? (total - index - 1) / of + 1 : 0; }
};

// "2/3": the second of three. Throws BadInput, which names the option --shard.
Shard read_shard(const std::string& text);
std::string to_text(const Shard& shard);

} // namespace checker::inline search
