// linear-index-union: as linear-index, while the item is listed; the union is written by others only when it is not.
//
// Informal proof. The offset is written when the item is recorded. The scanner writes the union's other fields (age,
// remaining_skips, oldchecksum) of an item whose page is not a KSM page, and in the same visit takes the item off its
// list: so of a listed item the word is the offset, between two visits. The invariant and its exceptions are those of
// linear-index. What the union costs is not an entry but time: an offset of 3 * 2^32 pages and more reads as an age
// that the smart scan skips, and the low bits of an offset as a checksum that differs.
#include "properties/proofs/theorems/strategies/linear.h"

namespace properties::proofs::theorems {
namespace {

// The fields of the word, as model/ksm.h lays them out: oldchecksum (bits 0-31), age (32-39), remaining_skips (40-47).
Bv64 age_of(const Bv64& word) { return (word << 24) >> 56; }
Bv64 with_age_up(const Bv64& word) { return word + (Bv64(1) << 32); }

std::vector<Query> queries() {
    std::vector<Query> out = inductive_queries(linear_proof("linear-index-union"));
    const Bv64 word = Bv64::named("word");
    out.push_back({"linear-index-union/an age counted up is another offset",
                   {age_of(word) < Bv64(255)},
                   with_age_up(word) != word});
    out.push_back({"linear-index-union/a small offset reads as age 0",
                   {word < Bv64(std::uint64_t{1} << 32)},
                   age_of(word) == Bv64(0)});
    out.push_back({"linear-index-union/the top of 47 bits reads as an age that is skipped",
                   {word >= Bv64(std::uint64_t{3} << 32), word < Bv64(std::uint64_t{1} << 35)},
                   age_of(word) >= Bv64(3)});
    return out;
}
std::vector<Break> breaks() { return inductive_breaks(linear_proof("linear-index-union")); }

// Counting the age of a listed item keeps the offset.
Query control() {
    const Bv64 word = Bv64::named("word");
    return {"linear-index-union/control", {word < Bv64(std::uint64_t{1} << 52)}, with_age_up(word) == word};
}

} // namespace

const Theorem& linear_index_union() {
    static const Theorem t{
        "linear-index-union",
        "The same kept in a union finds the entry under the same premises: a listed item's word is its offset",
        "those of linear-index; the scanner unlists an item in the visit in which it writes its age",
        queries,
        control,
        breaks};
    return t;
}

} // namespace properties::proofs::theorems
