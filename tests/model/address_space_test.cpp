// One process against a Boost.ICL interval map of access bits: what is mapped where, with which access, after random
// mmap, munmap and mprotect; and where the borders between VMAs are.
#include "model/address_space.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <boost/icl/interval_map.hpp>
#include <random>
#include <vector>

#include "model/invariants.h"
#include "model/ops.h"

namespace model {
namespace {

// Page numbers to access bits; equal neighbours join, as VMAs do when nothing else keeps them apart.
using Map = boost::icl::interval_map<std::uint64_t, std::uint64_t, boost::icl::partial_enricher>;

constexpr std::uint64_t first_page = 0x100, pages = 48;

struct Segment {
    std::uint64_t start, end, access;
    friend bool operator==(const Segment&, const Segment&) = default;
};
void PrintTo(const Segment& s, std::ostream* out) { *out << s.start << '-' << s.end << ' ' << s.access; }

Map::interval_type right_open(std::uint64_t start, std::uint64_t end) {
    return Map::interval_type::right_open(start, end);
}

// The length of the part of [start, end) that is mapped without a hole from `start` on.
std::uint64_t covered(const Map& map, std::uint64_t start, std::uint64_t end) {
    std::uint64_t page = start;
    while (page < end && map.find(page) != map.end()) ++page;
    return page - start;
}

class Machine {
  public:
    explicit Machine(std::uint64_t seed) : random_(seed), k_(boot()) {}

    // One random operation on both sides.
    void step() {
        const std::uint64_t start = first_page + below(pages), end = start + 1 + below(first_page + pages - start);
        const std::uint64_t access = below(4); // PROT_NONE to PROT_READ|PROT_WRITE
        const Address at{start << PAGE_SHIFT};
        const Length length{(end - start) << PAGE_SHIFT};
        switch (below(3)) {
        case 0:
            // Without MAP_NORESERVE, VM_ACCOUNT would keep some neighbours of equal access apart.
            play_one(Mmap{at, length, {access}, {map_private | map_anonymous | map_fixed | map_noreserve}, {-1}, {0}},
                     Errno::ok);
            map_.erase(right_open(start, end));
            map_.set({right_open(start, end), access});
            break;
        case 1:
            play_one(Munmap{at, length}, Errno::ok);
            map_.erase(right_open(start, end));
            break;
        case 2: {
            const std::uint64_t changed = covered(map_, start, end);
            play_one(Mprotect{at, length, {access}}, changed == end - start ? Errno::ok : Errno::enomem);
            if (changed) map_.set({right_open(start, start + changed), access});
            break;
        }
        }
    }

    void store_somewhere() {
        const std::uint64_t page = first_page + below(pages);
        const auto at = map_.find(page);
        const bool writable = at != map_.end() && (at->second & prot_write);
        play_one(Store{{page << PAGE_SHIFT}, {PAGE_SIZE}, {1}}, writable ? Errno::ok : Errno::efault);
    }

    std::vector<Segment> of_map() const {
        std::vector<Segment> segments;
        for (const auto& [range, access] : map_) segments.push_back({range.lower(), range.upper(), access});
        return segments;
    }
    // The VMAs, or with `join` what they would be if only access counted.
    std::vector<Segment> of_model(bool join) const {
        std::vector<Segment> segments;
        for (Id<Vma> v = first_vma(k_, find_process(k_, 1)); v; v = next_vma(k_, v)) {
            const Vma& vma = k_.vmas[v];
            const std::uint64_t access = vma.flags & VM_ACCESS_FLAGS;
            const bool touches = !segments.empty() && segments.back().end == vma.range.start.n;
            if (join && touches && segments.back().access == access)
                segments.back().end = vma.range.end.n;
            else
                segments.push_back({vma.range.start.n, vma.range.end.n, access});
        }
        return segments;
    }
    // Without mremap, the offset of every page is its page number.
    bool offsets_are_page_numbers() const {
        for (Id<Vma> v = first_vma(k_, find_process(k_, 1)); v; v = next_vma(k_, v))
            if (k_.vmas[v].range.pgoff != anonymous_pgoff(k_.vmas[v].range.start)) return false;
        return true;
    }
    const Kernel& kernel() const { return k_; }

  private:
    std::uint64_t below(std::uint64_t n) { return random_() % n; }
    void play_one(Operation op, Errno expected) {
        Step step;
        step.pid = 1;
        step.op = op;
        ASSERT_EQ(play(k_, step).error, expected) << name_of(op);
    }

    std::mt19937_64 random_;
    Kernel k_;
    Map map_;
};

TEST(AddressSpace, UnwrittenMemoryIsExactlyTheMap) {
    for (std::uint64_t seed = 0; seed < 50; ++seed) {
        Machine machine(seed);
        for (int step = 0; step < 200; ++step) {
            ASSERT_NO_FATAL_FAILURE(machine.step());
            ASSERT_EQ(machine.of_model(false), machine.of_map()) << "seed " << seed << ", step " << step;
            ASSERT_TRUE(machine.offsets_are_page_numbers());
        }
    }
}

TEST(AddressSpace, WrittenMemoryMayStayApartButNothingElseChanges) {
    std::size_t kept_apart = 0; // by their anon_vmas: must be seen, or the test says less than it seems to
    for (std::uint64_t seed = 0; seed < 50; ++seed) {
        Machine machine(1000 + seed);
        for (int step = 0; step < 200; ++step) {
            ASSERT_NO_FATAL_FAILURE(machine.step());
            ASSERT_NO_FATAL_FAILURE(machine.store_somewhere());
            ASSERT_EQ(machine.of_model(true), machine.of_map()) << "seed " << seed << ", step " << step;
            ASSERT_TRUE(machine.offsets_are_page_numbers());
            ASSERT_EQ(first_broken_invariant(machine.kernel()), std::nullopt) << "seed " << seed << ", step " << step;
            kept_apart += machine.of_model(false) != machine.of_map();
        }
    }
    EXPECT_GT(kept_apart, 0u);
}

TEST(AddressSpace, FindsVmasByAddress) {
    Kernel k = boot();
    const Id<Mm> mm = find_process(k, 1);
    const Id<Vma> low = make_vma(k, mm, {Vpn{10}, Vpn{12}, Pgoff{10}}, VM_READ, -1);
    const Id<Vma> high = make_vma(k, mm, {Vpn{20}, Vpn{21}, Pgoff{20}}, VM_READ, -1);
    EXPECT_EQ(find_vma(k, mm, Vpn{0}), low);
    EXPECT_EQ(find_vma(k, mm, Vpn{11}), low);
    EXPECT_EQ(find_vma(k, mm, Vpn{12}), high);
    EXPECT_FALSE(find_vma(k, mm, Vpn{21}));
    EXPECT_FALSE(vma_at(k, mm, Vpn{12}));
    EXPECT_EQ(vma_at(k, mm, Vpn{20}), high);
    EXPECT_EQ(vma_below(k, mm, Vpn{20}), low);
    EXPECT_FALSE(vma_below(k, mm, Vpn{10}));
    EXPECT_TRUE(range_is_free(k, mm, Vpn{12}, Vpn{20}));
    EXPECT_FALSE(range_is_free(k, mm, Vpn{12}, Vpn{21}));
}

} // namespace
} // namespace model
