// The interval tree against two plain answers: a sorted vector, which knows the order, and Boost.ICL, which was written
// by somebody else.
#include "model/interval_tree.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <boost/icl/interval_map.hpp>
#include <random>
#include <set>
#include <vector>

#include "model/address_space.h"

namespace model {
namespace {

using Names = std::set<std::uint32_t>;
using Map = boost::icl::interval_map<std::uint64_t, Names>;

struct Entry {
    Interval offsets;
    Id<Avc> avc;
};

class Bench {
  public:
    Bench() : k_(boot()), mm_(find_process(k_, 1)), anon_vma_(k_.anon_vmas.make({})) {}

    void insert(std::uint64_t first, std::uint64_t pages) {
        const Vpn start{++count_ * 0x1000}; // addresses do not matter here, so each VMA gets a place of its own
        Avc a;
        a.vma = make_vma(k_, mm_, {start, start + Pages{pages}, Pgoff{first}}, VM_READ, -1);
        a.anon_vma = anon_vma_;
        const Id<Avc> avc = k_.avcs.make(a);
        interval_tree_insert(k_, avc);
        const Interval offsets{Pgoff{first}, Pgoff{first + pages - 1}};
        const auto key = [](const Entry& e) { return e.offsets.first; };
        const auto behind = std::ranges::upper_bound(sorted_, offsets.first, {}, key);
        sorted_.insert(behind, {offsets, avc});
        map_.add({closed(offsets), {avc.n}});
    }

    void remove(std::size_t which) {
        const Entry e = sorted_[which];
        interval_tree_remove(k_, e.avc);
        k_.avcs.drop(e.avc);
        sorted_.erase(sorted_.begin() + static_cast<std::ptrdiff_t>(which));
        map_.subtract({closed(e.offsets), {e.avc.n}});
    }

    void compare(Interval query) const {
        std::vector<std::uint32_t> of_tree, of_vector;
        for (Id<Avc> a = interval_tree_iter_first(k_, anon_vma_, query); a; a = interval_tree_iter_next(k_, a, query))
            of_tree.push_back(a.n);
        for (const Entry& e : sorted_)
            if (meets(e.offsets, query)) of_vector.push_back(e.avc.n);
        ASSERT_EQ(of_tree, of_vector) << query.first.n << " to " << query.last.n;
        Names of_map;
        const auto [begin, end] = map_.equal_range(closed(query));
        for (auto i = begin; i != end; ++i) of_map.insert(i->second.begin(), i->second.end());
        ASSERT_EQ(Names(of_tree.begin(), of_tree.end()), of_map) << query.first.n << " to " << query.last.n;
    }

    std::size_t size() const { return sorted_.size(); }

  private:
    static Map::interval_type closed(Interval i) { return Map::interval_type::right_open(i.first.n, i.last.n + 1); }

    Kernel k_;
    Id<Mm> mm_;
    Id<AnonVma> anon_vma_;
    std::vector<Entry> sorted_; // ties in the order of insertion
    Map map_;
    std::uint64_t count_ = 0;
};

TEST(IntervalTree, AnswersAsAVectorAndAsBoostIcl) {
    std::mt19937_64 random(1);
    const auto below = [&](std::uint64_t n) { return random() % n; };
    for (int run = 0; run < 20; ++run) {
        Bench bench;
        for (int step = 0; step < 300; ++step) {
            if (bench.size() && below(3) == 0)
                bench.remove(below(bench.size()));
            else
                bench.insert(below(64), 1 + below(run % 2 ? 4 : 40));
            const std::uint64_t first = below(70);
            bench.compare({Pgoff{first}, Pgoff{first + below(10)}});
            bench.compare({Pgoff{first}, Pgoff{first}});
        }
        bench.compare({Pgoff{0}, Pgoff{1000}});
    }
}

TEST(IntervalTree, EveryOffsetFindsEveryEntryInTheOrderOfInsertion) {
    Kernel k = boot();
    const Id<Mm> mm = find_process(k, 1);
    const Id<AnonVma> anon_vma = k.anon_vmas.make({});
    std::vector<Id<Avc>> made;
    for (std::uint64_t i = 0; i < 5; ++i) { // one key for all
        Avc a;
        a.vma = make_vma(k, mm, {Vpn{i * 16}, Vpn{i * 16 + 1 + i}, Pgoff{7}}, VM_READ, -1);
        a.anon_vma = anon_vma;
        made.push_back(k.avcs.make(a));
        interval_tree_insert(k, made.back());
    }
    interval_tree_remove(k, made[1]);
    interval_tree_insert(k, made[1]); // goes behind its equals
    const std::vector<Id<Avc>> expected{made[0], made[2], made[3], made[4], made[1]};
    std::vector<Id<Avc>> seen;
    const Interval all{{0}, PGOFF_MAX};
    for (Id<Avc> a = interval_tree_iter_first(k, anon_vma, all); a; a = interval_tree_iter_next(k, a, all))
        seen.push_back(a);
    EXPECT_EQ(seen, expected);
}

TEST(IntervalTree, EmptyTreeHasNoEntries) {
    Kernel k = boot();
    const Id<AnonVma> anon_vma = k.anon_vmas.make({});
    EXPECT_FALSE(interval_tree_iter_first(k, anon_vma, {{0}, PGOFF_MAX}));
}

} // namespace
} // namespace model
