// What the fast way says of misses is what playing scans says: on random machines.
#include "checker/judge/lifetimes.h"

#include <gtest/gtest.h>

#include "checker/judge/judge.h"
#include "checker/search/random/sequence.h"
#include "model/canonical.h"
#include "model/ksm.h"
#include "model/page_table.h"

namespace checker {
namespace {

// Page tables and lists of rmap_items: all of a state that a walk reads, without what only the scanner counts.
std::vector<std::uint64_t> what_walks_read(model::Kernel k) {
    std::vector<model::Id<model::RmapItem>> all;
    k.items.each([&](model::Id<model::RmapItem> id, const model::RmapItem&) { all.push_back(id); });
    for (auto id : all) {
        k.items[id].scan_word = 0;
        if (k.items[id].state == model::RmapItem::State::unstable) k.items[id].state = model::RmapItem::State::free;
    }
    return model::canonical(k);
}

template <class F> void for_random_machines(unsigned runs, bool smart_scan, F&& f) {
    DrawScope scope;
    scope.pages = 6;
    scope.length = 30;
    for (std::uint64_t run = 0; run < runs && !testing::Test::HasFailure(); ++run) {
        SCOPED_TRACE(run);
        Sequence sequence(7, run, scope);
        model::Config config;
        config.smart_scan = smart_scan;
        config.max_page_sharing = run % 3 ? 256 : 2;
        config.use_zero_pages = run % 4 == 0;
        model::Kernel k = model::boot(config);
        while (auto step = sequence.next(k)) {
            model::play(k, *step);
            f(k);
        }
    }
}

TEST(Lifetimes, NoScanChangesWhatIsSettled) {
    for (bool smart_scan : {false, true}) {
        unsigned met = 0, merged = 0;
        for_random_machines(150, smart_scan, [&](const model::Kernel& k) {
            if (!settled(k)) return;
            ++met;
            merged += model::ksm_counters(k).pages_sharing > 0;
            model::Kernel later = k;
            const auto before = what_walks_read(k);
            for (int pass = 0; pass < 30; ++pass) {
                model::ksm_full_scan(later);
                ASSERT_TRUE(settled(later));
                ASSERT_EQ(what_walks_read(later), before) << "after pass " << pass;
            }
        });
        EXPECT_GT(met, 200u);
        EXPECT_GT(merged, 50u) << "of these, with something merged";
    }
}

// The rule as it is written in sound.h, without a shortcut.
Lifetime plainly(const model::Kernel& k, const Verdict& v) {
    model::Kernel later = k;
    for (int pass = 0; pass < 27; ++pass) {
        model::ksm_full_scan(later);
        bool missed = false;
        for (MappedAt e : v.missed) {
            const auto mm = model::find_process(later, e.pid);
            const auto pte = mm ? model::pte_at(later, mm, e.page) : model::Id<model::Pte>::none();
            if (!pte || later.ptes[pte].kind != model::Pte::Kind::present) continue;
            missed = missed || !std::ranges::binary_search(v.strategy->walk(later, later.ptes[pte].folio).found, e);
        }
        if (!missed) return Lifetime::heals;
    }
    return Lifetime::stays;
}

TEST(Lifetimes, AreThoseThatPlayingScansGives) {
    unsigned heal = 0, stay = 0;
    for_random_machines(150, true, [&](const model::Kernel& k) {
        Session session = start_session(k.config);
        session.machines.resize(1);
        session.machines.front().kernel = k;
        for (const Verdict& v : judge_all_ksm_pages(session, 1, Lifetimes::find)) {
            if (v.missed.empty()) continue;
            ASSERT_EQ(v.lifetime, plainly(k, v)) << v.strategy->name;
            ++(v.lifetime == Lifetime::heals ? heal : stay);
        }
    });
    EXPECT_GT(heal, 20u);
    EXPECT_GT(stay, 20u);
}

} // namespace
} // namespace checker
