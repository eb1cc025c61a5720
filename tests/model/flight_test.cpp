// Operations in flight: points, locks, what stays the same when nothing acts between, and what does not.
#include "model/flight.h"

#include <algorithm>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model/canonical.h"
#include "model/invariants.h"
#include "model/locks.h"
#include "model/page_table.h"
#include "model/trace/trace.h"
#include "tests/model/play_text.h"

namespace model {
namespace {

const std::string two_written =
    "1 mmap(0x10000, 0x2000, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_FIXED|MAP_ANONYMOUS, -1, 0)\n"
    "1 store(0x10000, 0x2000, 0x77)\n"
    "1 fork() = 2\n";
const std::string family = two_written + "1 madvise(0x10000, 0x2000, MADV_MERGEABLE)\n* ksmd(2)\n";

Kernel after(const std::string& text) {
    Kernel k = boot();
    play_text(k, text);
    return k;
}
Result play_line(Kernel& k, const std::string& line) { return play(k, read_step(line, "test")); }
std::string move(const std::string& who, const char* from, const char* to) {
    return fmt::format("{} mremap({}, 0x1000, 0x1000, MREMAP_MAYMOVE|MREMAP_FIXED, {})", who, from, to);
}
Pte::Kind kind_of(const Kernel& k, Pid pid, std::uint64_t addr) {
    const Id<Pte> p = pte_at(k, find_process(k, pid), vpn(addr));
    return p ? k.ptes[p].kind : Pte::Kind::zero;
}

// What waits, and for whom; the machine is as it was then.
std::string waits(Kernel& k, const std::string& line) {
    const Kernel before = k;
    try {
        play_line(k, line);
    } catch (const WouldWait& wait) {
        EXPECT_TRUE(same(before, k)) << line;
        return wait.wrong;
    }
    return "goes on";
}

TEST(Flight, BeginAndFinishIsThePlainOperation) {
    const std::pair<const char*, const char*> cases[] = {
        {"* migrate(1, 0x11000)", "* begin x = migrate(1, 0x11000)"},
        {"* migrate(1, 0x50000)", "* begin x = migrate(1, 0x50000)"},
        {"* swap_out(2, 0x10000)", "* begin x = swap_out(2, 0x10000)"},
        {"2 mremap(0x11000, 0x1000, 0x1000, MREMAP_MAYMOVE|MREMAP_FIXED, 0x40000)",
         "2 begin x = mremap(0x11000, 0x1000, 0x1000, MREMAP_MAYMOVE|MREMAP_FIXED, 0x40000)"},
        {"1 mremap(0x10000, 0x2000, 0x2000, MREMAP_MAYMOVE|MREMAP_FIXED, 0x40000)",
         "1 begin x = mremap(0x10000, 0x2000, 0x2000, MREMAP_MAYMOVE|MREMAP_FIXED, 0x40000)"},
        {"2 fork() = 3", "2 begin x = fork() = 3"},
        {"* ksmd(2)", "* begin x = ksmd(2)"},
        {"1 mremap(0x90000, 0x2000, 0x2000, 0)", "1 begin x = mremap(0x90000, 0x2000, 0x2000, 0)"},
    };
    for (const std::string& start : {two_written, family})
        for (const auto& [plain, begin] : cases) {
            Kernel a = after(start), b = a;
            const Result at_once = play_line(a, plain);
            play_line(b, begin);
            EXPECT_EQ(b.flights.size(), 1u);
            EXPECT_EQ(play_line(b, "* finish x"), at_once) << plain;
            EXPECT_TRUE(same(a, b)) << plain;
            EXPECT_TRUE(b.flights.empty());
        }
}

TEST(Flight, TheMachineHoldsAtEveryPoint) {
    for (const char* begin : {"* begin x = migrate(1, 0x11000)", "* begin x = swap_out(1, 0x11000)",
                              "2 begin x = mremap(0x10000, 0x2000, 0x2000, MREMAP_MAYMOVE|MREMAP_FIXED, 0x40000)"})
        for (const std::string& start : {two_written, family}) {
            Kernel k = after(start);
            play_line(k, begin);
            std::vector<std::string> points;
            while (!k.flights.empty()) {
                EXPECT_EQ(first_broken_invariant(k).value_or(""), "") << begin;
                points.push_back(describe(k, k.flights.front()));
                ASSERT_LT(points.size(), 20u);
                play_line(k, "* advance x");
            }
            EXPECT_EQ(first_broken_invariant(k).value_or(""), "") << begin;
            EXPECT_GE(points.size(), 3u);
            std::ranges::sort(points); // no two points look alike
            EXPECT_EQ(std::ranges::adjacent_find(points), points.end()) << begin;
        }
}

TEST(Flight, AMigrationEntryIsWaitedFor) {
    Kernel k = after(family + "* begin m = migrate(1, 0x11000)\n* advance m\n* advance m\n* advance m\n");
    EXPECT_EQ(kind_of(k, 2, 0x11000), Pte::Kind::migration);
    const std::string page = "would wait for m, which holds the lock of the page";
    EXPECT_EQ(waits(k, "2 load(0x11000, 0x1000)"), page);
    EXPECT_EQ(waits(k, "1 store(0x10000, 0x1000, 1)"), page);
    EXPECT_EQ(waits(k, move("1", "0x11000", "0x40000")), page) << "unsharing waits";
    EXPECT_EQ(waits(k, "1 madvise(0x10000, 0x2000, MADV_UNMERGEABLE)"), page);
    EXPECT_EQ(waits(k, "* knob(run, 2)"), page);
    EXPECT_EQ(waits(k, move("2", "0x11000", "0x40000")), "goes on") << "nothing is unshared";
    EXPECT_EQ(play_line(k, "* migrate(2, 0x40000)").error, Errno::efault);
}

TEST(Flight, TheMmapLockIsWaitedFor) {
    Kernel k = after(family + move("1 begin v =", "0x11000", "0x40000") + "\n");
    for (const char* line :
         {"1 load(0x10000, 0x1000)", "1 munmap(0x10000, 0x1000)", "1 fork() = 3", "1 exit()", "* ksmd(1)"})
        EXPECT_EQ(waits(k, line), "would wait for v, which holds the mmap_lock of process 1") << line;
    EXPECT_EQ(waits(k, "2 store(0x10000, 0x1000, 1)"), "goes on");
    EXPECT_EQ(waits(k, "* migrate(1, 0x10000)"), "goes on") << "migration takes no mmap_lock";
}

TEST(Flight, TheAnonVmaLockIsWaitedForInsideALoop) {
    Kernel k = after(two_written + "* begin m = migrate(1, 0x11000)\n* advance m\n"); // between two VMAs of one tree
    const std::string lock = "would wait for m, whose walk holds the lock of the anon_vma";
    EXPECT_EQ(waits(k, move("2", "0x11000", "0x40000")), lock);
    EXPECT_EQ(waits(k, "1 munmap(0x10000, 0x1000)"), lock);
    EXPECT_EQ(waits(k, "2 store(0x10000, 0x1000, 1)"), "goes on");
    play_line(k, "* advance m");
    EXPECT_EQ(waits(k, move("2", "0x11000", "0x40000")), "goes on");
}

TEST(Flight, AFolioInFlightIsPassedOver) {
    Kernel k = after(family + "* begin m = migrate(1, 0x11000)\n");
    EXPECT_EQ(play_line(k, "* swap_out(1, 0x11000)").error, Errno::eagain);
    EXPECT_EQ(play_line(k, "* migrate(1, 0x11000)").error, Errno::eagain);
    EXPECT_EQ(play_line(k, "2 store(0x11000, 0x1000, 1)").error, Errno::ok) << "a copy needs no lock";
}

TEST(Flight, EntriesThatGoWhileTheyMigrateAreNotMissed) {
    Kernel k = after(family +
                     "* begin m = migrate(1, 0x11000)\n* advance m\n* advance m\n* advance m\n"
                     "2 exit()\n1 exit()\n* finish m = 0\n");
    EXPECT_EQ(first_broken_invariant(k).value_or(""), "");
    EXPECT_EQ(k.folios.live_count(), 0u);
}

TEST(Flight, NothingIsPlayedOnFromAStaleEntry) {
    Kernel k = after(family + "* begin m = migrate(1, 0x11000)\n* advance m\n* advance m\n* advance m\n" +
                     move("2", "0x11000", "0x40000") + "\n");
    EXPECT_EQ(play_line(k, "* finish m"), Result{}) << "migrate_pages() says success";
    EXPECT_EQ(stale_entries(k), (std::vector<EntryAt>{{2, vpn(0x40000)}}));
    EXPECT_THROW(play_line(k, "2 load(0x40000, 0x1000)"), BadInput);
}

TEST(Flight, NamesAreLookedUp) {
    Kernel k = after(family + "* begin m = migrate(1, 0x11000)\n");
    EXPECT_THROW(play_line(k, "* begin m = migrate(1, 0x10000)"), BadInput);
    EXPECT_THROW(play_line(k, "* finish n"), BadInput);
    EXPECT_NE(find_flight(k, FlightName::of("m")), nullptr);
}

// The entries of one page of page tables move together: no processor sees one without the other.
TEST(Flight, PageTablesMoveByExtents) {
    Kernel k = after(
        "1 mmap(0x1fe000, 0x4000, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_FIXED|MAP_ANONYMOUS, -1, 0)\n"
        "1 store(0x1fe000, 0x4000, 0x77)\n"
        "1 begin v = mremap(0x1fe000, 0x4000, 0x4000, MREMAP_MAYMOVE|MREMAP_FIXED, 0x800000)\n"
        "* advance v\n* advance v\n* advance v\n"); // prepared, copied, the extent below 2 MiB moved
    EXPECT_EQ(kind_of(k, 1, 0x801000), Pte::Kind::present);
    EXPECT_EQ(kind_of(k, 1, 0x200000), Pte::Kind::present);
    EXPECT_EQ(kind_of(k, 1, 0x802000), Pte::Kind::zero);
    EXPECT_EQ(play_line(k, "* finish v"), Result::of(0x800000));
    EXPECT_EQ(kind_of(k, 1, 0x803000), Pte::Kind::present);
}

// --- fork and ksmd

TEST(Flight, AForkCopiesInSteps) {
    Kernel k = after(
        "1 mmap(0x10000, 0x6000, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_FIXED|MAP_ANONYMOUS, -1, 0)\n"
        "1 store(0x10000, 0x6000, 0x77)\n"
        "1 begin f = fork() = 2\n"
        "* advance f\n* advance f\n"); // the VMA is linked, four entries are copied
    EXPECT_EQ(kind_of(k, 2, 0x13000), Pte::Kind::present);
    EXPECT_FALSE(pte_at(k, find_process(k, 2), vpn(0x14000)));
    for (const char* line : {"1 load(0x10000, 0x1000)", "2 load(0x10000, 0x1000)", "2 exit()"})
        EXPECT_THAT(waits(k, line), testing::StartsWith("would wait for f, which holds the mmap_lock of process"))
            << line;
    EXPECT_EQ(first_broken_invariant(k).value_or(""), "");
    EXPECT_EQ(play_line(k, "* migrate(1, 0x15000)"), Result{}) << "a page that is not copied yet migrates";
    EXPECT_EQ(play_line(k, "* finish f"), Result::of(2));
    EXPECT_EQ(kind_of(k, 2, 0x15000), Pte::Kind::present);
}

TEST(Flight, AScanIsTheSameInSteps) {
    for (const std::string& more :
         {std::string(), std::string("1 store(0x11000, 0x1000, 0x1)\n"), std::string("* swap_out(1, 0x10000)\n"),
          std::string("1 munmap(0x10000, 0x1000)\n")}) {
        Kernel a = after(family + more), b = a;
        play_line(a, "* ksmd(3)");
        play_line(b, "* begin s = ksmd(3)");
        std::size_t points = 0;
        while (!b.flights.empty()) {
            EXPECT_EQ(first_broken_invariant(b).value_or(""), "") << describe(b, b.flights.front());
            play_line(b, "* advance s");
            ASSERT_LT(++points, 100u);
        }
        EXPECT_TRUE(same(a, b)) << more;
        EXPECT_EQ(a.ksm.seqnr, b.ksm.seqnr);
        EXPECT_GE(points, 3u);
    }
}

TEST(Flight, BetweenMergeAndListingAnEntryIsInNoList) {
    Kernel k = after(two_written + "1 madvise(0x10000, 0x2000, MADV_MERGEABLE)\n* ksmd(1)\n* begin s = ksmd(1)\n");
    auto unlisted = [&] {
        const auto* s = std::get_if<Scanning>(&k.flights.front().what);
        return s->point == Scanning::Point::unlisted;
    };
    while (!unlisted()) play_line(k, "* advance s");
    const Folio& f = k.folios[k.ptes[pte_at(k, find_process(k, 1), vpn(0x11000))].folio];
    EXPECT_EQ(f.mapping, Folio::Mapping::ksm);
    EXPECT_FALSE(f.node);
    EXPECT_EQ(first_broken_invariant(k).value_or(""), "");
    EXPECT_EQ(play_line(k, "* migrate(1, 0x11000)").error, Errno::eagain)
        << "no walk finds it, and ksmd has it in hand";
    EXPECT_EQ(waits(k, "* knob(run, 2)"), "would wait for s, which holds ksm_thread_mutex");
    EXPECT_EQ(waits(k, "* ksmd(1)"), "would wait for s, which holds ksm_thread_mutex");
    play_line(k, "1 munmap(0x10000, 0x2000)"); // the folio stays in hand
    play_line(k, "2 munmap(0x10000, 0x2000)");
    EXPECT_EQ(first_broken_invariant(k).value_or(""), "");
    play_line(k, "* finish s");
    EXPECT_EQ(first_broken_invariant(k).value_or(""), "");
}

TEST(Flight, AProcessThatEndsUnderTheCursorIsLetGo) {
    Kernel k = after(family + "* begin s = ksmd(1)\n* advance s\n1 exit()\n");
    EXPECT_EQ(first_broken_invariant(k).value_or(""), "");
    play_line(k, "* finish s");
    EXPECT_EQ(first_broken_invariant(k).value_or(""), "");
    EXPECT_FALSE(k.ksm.slots_first);
    EXPECT_EQ(k.items.live_count(), 0u);
}

} // namespace
} // namespace model
