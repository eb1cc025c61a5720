// The search is compared with one that is too plain to be wrong: all states are kept as machines, and told apart by
// brute force over every renaming.
#include "checker/search/scope/explore.h"
#include "checker/search/shrink/found.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <numeric>
#include <set>

#include "checker/judge/fast_judge.h"
#include "checker/judge/runner.h"
#include "checker/search/scope/search.h"
#include "model/canonical.h"
#include "model/ksm.h"
#include "tests/checker/search/scope/small.h"

namespace checker {
namespace {

using Form = std::vector<std::uint64_t>;
using model::Kernel;
using model::Pid;

// --- renaming a machine, field by field

using Pids = std::map<Pid, Pid>;
using Bytes = std::map<std::uint8_t, std::uint8_t>;

template <class Map, class Name> Name renamed(const Map& map, Name name) {
    auto at = map.find(name);
    return at == map.end() ? name : at->second;
}

template <class T, class F> void change_each(model::Pool<T>& pool, F&& f) {
    std::vector<model::Id<T>> ids;
    pool.each([&](model::Id<T> id, const T&) { ids.push_back(id); });
    for (model::Id<T> id : ids) f(pool[id]);
}

Kernel rename(Kernel k, const Pids& pids, const Bytes& bytes) {
    std::vector<model::Id<model::Mm>> live;
    while (auto m = k.processes.first(k.mms)) {
        live.push_back(m);
        k.processes.erase(k.mms, m);
    }
    for (auto m : live) {
        k.mms[m].pid = renamed(pids, k.mms[m].pid);
        k.processes.insert(k.mms, m);
    }
    change_each(k.folios, [&](model::Folio& f) { f.byte = renamed(bytes, f.byte); });
    change_each(k.swaps, [&](model::SwapEntry& s) { s.byte = renamed(bytes, s.byte); });
    change_each(k.nodes, [&](model::StableNode& n) { n.byte = renamed(bytes, n.byte); });
    change_each(k.items, [&](model::RmapItem& i) {
        for (const auto& [from, to] : bytes)
            if (oldchecksum(i) == model::checksum(from)) {
                set_oldchecksum(i, model::checksum(to));
                break;
            }
    });
    for (model::StablePlace& p : k.ksm.stable) p.byte = renamed(bytes, p.byte);
    std::ranges::sort(k.ksm.stable, {}, &model::StablePlace::byte);
    return k;
}

template <class Name> std::vector<std::map<Name, Name>> permutations(const std::vector<Name>& names) {
    std::vector<std::map<Name, Name>> all;
    std::vector<Name> image = names;
    do {
        std::map<Name, Name> map;
        for (std::size_t i = 0; i < names.size(); ++i) map[names[i]] = image[i];
        all.push_back(map);
    } while (std::ranges::next_permutation(image).found);
    return all;
}

std::vector<Pids> all_pids(const Scope& s) {
    std::vector<Pid> pids(s.processes + 1); // fork can give one pid more than processes live
    std::iota(pids.begin(), pids.end(), Pid{1});
    return permutations(pids);
}
std::vector<Bytes> all_bytes(const Scope& s) {
    std::vector<std::uint8_t> bytes;
    for (unsigned i = 1; i <= s.contents; ++i) bytes.push_back(static_cast<std::uint8_t>(0x11 * i));
    return permutations(bytes);
}

// One name for all machines that some renaming makes equal. The pid that an exited process had is nobody's any more.
Form orbit(const Kernel& k, const Scope& s) {
    Form least;
    for (const Pids& p : all_pids(s))
        for (const Bytes& b : all_bytes(s)) {
            Kernel other = rename(k, p, b);
            change_each(other.mms, [](model::Mm& m) {
                if (m.exited) m.pid = 0;
            });
            Form f = model::canonical(other);
            if (least.empty() || f < least) least = std::move(f);
        }
    return least;
}

// --- the plain search

struct Plain {
    std::vector<std::vector<Kernel>> at; // new states, by depth
    std::vector<std::uint64_t> transitions;
};

template <class F> void each_enabled(const Kernel& k, const Scope& s, const scope::Catalog& c, F&& f) {
    for (Pid pid = 0; pid <= c.last_pid(); ++pid) {
        if (pid && !model::find_process(k, pid)) continue;
        for (std::size_t n = c.first_of_pid[pid]; n < c.first_of_pid[pid + 1]; ++n)
            if (scope::enabled(k, s, c.steps[n])) f(c.steps[n]);
    }
}

Kernel after(const Kernel& k, const model::Step& step) {
    Kernel next = k;
    model::play(next, scope::as_played(k, step));
    return next;
}

Kernel start_of(const Scope& s) {
    Kernel k = model::boot(s.config);
    for (const model::Step& step : s.from.steps) model::play(k, step);
    return k;
}

template <class FormOf> Plain plain_search(const Scope& s, FormOf&& form_of) {
    const scope::Catalog c = scope::catalog(s);
    Plain p;
    std::set<Form> met;
    p.at.push_back({start_of(s)});
    met.insert(form_of(p.at[0][0]));
    for (unsigned d = 0; d < s.depth; ++d) {
        p.at.emplace_back();
        p.transitions.push_back(0);
        for (const Kernel& k : p.at[d])
            each_enabled(k, s, c, [&](const model::Step& step) {
                ++p.transitions.back();
                Kernel next = after(k, step);
                if (met.insert(form_of(next)).second) p.at[d + 1].push_back(std::move(next));
            });
    }
    return p;
}

std::vector<std::uint64_t> sizes(const Plain& p) {
    std::vector<std::uint64_t> n;
    for (const auto& level : p.at) n.push_back(level.size());
    return n;
}

Form identity_form(const Kernel& k) { return model::canonical(k); }

std::vector<const Strategy*> strategies_of(const model::ItemLayout& layout) {
    std::vector<const Strategy*> all;
    for (const Strategy& each : strategies())
        if (layout_of(each, {}) == layout) all.push_back(&each);
    return all;
}

// What a few operations behind a merge can reach.
Scope merged_scope(unsigned depth, unsigned processes) {
    Scope s = small(depth, 2, processes, 2);
    s.from = model::read_trace(
        "# rmapcheck trace 1\n"
        "1 mmap(0x10000, 0x2000, 3, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0)\n"
        "1 store(0x10000, 0x2000, 0x11)\n"
        "1 fork() = 2\n"
        "1 madvise(0x10000, 0x2000, MADV_MERGEABLE)\n"
        "* ksmd(2)\n"
        "1 store(0x11000, 0x1000, 0x22)\n",
        "merged");
    return s;
}

TEST(Explore, UnreducedSearchAgreesWithThePlainOne) {
    for (Scope s : {small(3), small(2, 2, 3, 2), small(2, 3, 1, 3), merged_scope(1, 2)}) {
        s.reduced = false;
        const Plain plain = plain_search(s, identity_form);
        const ExploreReport r = explored(s);
        EXPECT_EQ(r.states_at, sizes(plain)) << scope::to_text(s);
        EXPECT_EQ(r.transitions_at, plain.transitions) << scope::to_text(s);
    }
}

TEST(Explore, ReducedSearchCountsExactlyTheStatesThatNoRenamingMakesEqual) {
    for (const Scope& s : {small(3), small(3, 2, 2, 2), small(3, 1, 3, 2), small(2, 3, 1, 3), merged_scope(1, 2)}) {
        const Plain plain = plain_search(s, [&](const Kernel& k) { return orbit(k, s); });
        const ExploreReport r = explored(s);
        EXPECT_EQ(r.states_at, sizes(plain)) << scope::to_text(s);
        EXPECT_EQ(r.transitions_at, plain.transitions) << scope::to_text(s);
    }
}

TEST(Explore, EveryRenamingOfAStateHasTheSameForm) {
    const Scope s = merged_scope(4, 3);
    const scope::Catalog c = scope::catalog(s);
    const Kernel start = start_of(s);
    std::size_t different = 0;
    model::Canonicalizer forms;
    std::uint64_t random = 7;
    for (int run = 0; run < 40; ++run) {
        Kernel k = start;
        for (int n = 0; n < 6; ++n) {
            std::vector<model::Step> steps;
            each_enabled(k, s, c, [&](const model::Step& step) { steps.push_back(step); });
            if (steps.empty()) break; // every process has exited
            random = random * 6364136223846793005u + 1442695040888963407u;
            k = after(k, steps[(random >> 33) % steps.size()]);
            const Form form = model::canonical(k, model::Symmetry::all);
            const Form plain = identity_form(k);
            for (const Pids& p : all_pids(s))
                for (const Bytes& b : all_bytes(s)) {
                    const Kernel other = rename(k, p, b);
                    EXPECT_TRUE(std::ranges::equal(forms.form(other, model::Symmetry::all), form));
                    different += identity_form(other) != plain;
                }
        }
    }
    EXPECT_GT(different, 1000u); // else nothing was renamed
}

TEST(Explore, StepsThatAreLeftOutLeadNowhereElse) {
    for (const model::KernelVersion& v : model::kernel_versions()) {
        Scope s = small(2, 3);
        s.config.rules = v.rules;
        const scope::Catalog c = scope::catalog(s);
        const Plain plain = plain_search(s, identity_form);
        for (const auto& level : plain.at)
            for (const Kernel& k : level) {
                std::set<Form> reached{identity_form(k)};
                each_enabled(k, s, c, [&](const model::Step& step) { reached.insert(identity_form(after(k, step))); });
                for (const model::Step& step : c.steps) {
                    if (step.pid && !model::find_process(k, step.pid)) continue;
                    if (std::holds_alternative<model::Fork>(step.op)) continue;
                    const auto* out = std::get_if<model::SwapOut>(&step.op);
                    if (out && !model::find_process(k, out->pid.v)) continue;
                    if (scope::enabled(k, s, step)) continue;
                    EXPECT_TRUE(reached.contains(identity_form(after(k, step)))) << model::to_text(step);
                }
            }
    }
}

TEST(Explore, QuickJudgeSaysWhatTheJudgeSays) {
    const Scope s = merged_scope(2, 2);
    const std::vector<const Strategy*> all = strategies_of(model::ItemLayout{});
    std::size_t refuted_states = 0;
    for (const auto& level : plain_search(s, identity_form).at)
        for (const Kernel& k : level) {
            std::uint32_t judged = 0;
            const Session session{all, {{k, all}}, {}};
            for (const Verdict& v : judge_all_ksm_pages(session, 0, Lifetimes::leave_open))
                if (refutes(v)) judged |= 1u << (std::ranges::find(all, v.strategy) - all.begin());
            EXPECT_EQ(refuted_here(k, all, ~0u), judged);
            EXPECT_EQ(refuted_here(k, all, 0x2au), judged & 0x2au);
            refuted_states += judged != 0;
        }
    EXPECT_GT(refuted_states, 100u);
}

TEST(Explore, AddressesMayBeTranslatedAsAWhole) {
    Scope s = small(4, 3);
    const ExploreReport here = explored(s);
    s.base = 0x7f0000000000;
    const ExploreReport there = explored(s);
    EXPECT_EQ(here.states_at, there.states_at);
    EXPECT_EQ(here.transitions_at, there.transitions_at);
}

// --- pinned: a rule of the model, or a choice of the scope, that changes one of these changed what is explored

TEST(Explore, CountsArePinned) {
    Scope old = small(4, 3), older = small(4, 3), file = small(4, 2, 1), everything = small(3, 2);
    old.config.rules = model::find_version("6.18")->rules;
    older.config.rules = model::find_version("6.12")->rules;
    file.files = 1;
    everything.ops = scope::all_ops();
    struct Pinned {
        const char* what;
        Scope scope;
        std::uint64_t states, transitions;
    };
    const Pinned pinned[] = {
        {"3 pages", small(4, 3), 8910, 56759},
        {"6.18", old, 8011, 50743},
        {"6.12", older, 8913, 56759},
        {"2 contents", small(4, 2, 2, 2), 1340, 7649},
        {"3 processes", small(4, 2, 3), 1434, 7653},
        {"a file", file, 2279, 19576},
        {"every operation", everything, 857, 3727},
    };
    for (const Pinned& p : pinned) {
        const ExploreReport r = explored(p.scope);
        EXPECT_EQ(r.end, End::exhausted) << p.what;
        EXPECT_EQ(r.states, p.states) << p.what;
        EXPECT_EQ(r.transitions, p.transitions) << p.what;
    }
}

// --- counterexamples

TEST(Explore, FindsTheShortestAndSaysThatNoneIsShorter) {
    const Scope s = small(5, 3, 1);
    const Strategy *addr_shift = find_strategy("addr-shift"), *two_pass = find_strategy("two-pass");
    const ExploreReport r = explored(s, {}, {addr_shift, two_pass});
    ASSERT_EQ(r.counterexamples.size(), 1u);
    const Counterexample& c = r.counterexamples.front();
    EXPECT_EQ(c.operations, 5u);
    EXPECT_EQ(in_scope(r, addr_shift), InScope::refuted);
    EXPECT_EQ(in_scope(r, two_pass), InScope::none);
    EXPECT_EQ(c.states, std::accumulate(r.states_at.begin(), r.states_at.end() - 1, std::uint64_t{0}));
    EXPECT_THAT(statement(r, addr_shift), testing::HasSubstr("none of at most 4 operations"));
    EXPECT_THAT(statement(r, two_pass), testing::StartsWith("no sequence of at most 5 operations"));

    const model::Trace trace = model::read_trace(model::to_text(c.trace), "found"); // replayable as text
    RunOptions how;
    how.config = s.config;
    how.strategies = {addr_shift};
    how.judge_at_end = false;
    const RunReport run = run_trace(trace, how);
    EXPECT_TRUE(run.failures.empty());
    ASSERT_EQ(run.verdicts.size(), 1u);
    EXPECT_TRUE(refutes(run.verdicts.front()));
}

TEST(Explore, NormalizingStaysInTheScope) {
    Scope s = small(5, 2, 1);
    s.ops = {"mmap", "madvise", "store", "ksmd"}; // munmap would be the simpler way to cut the VMA
    ExploreLimits limits;
    limits.simplify = simplify_by_minimizing(s.config, 60);
    const ExploreReport r = explored(s, limits, {find_strategy("vm-pgoff")});
    ASSERT_EQ(r.counterexamples.size(), 1u);
    const std::vector<model::Step>& steps = r.counterexamples.front().trace.steps;
    ASSERT_EQ(steps.size(), 6u);
    for (std::size_t i = 0; i < 5; ++i)
        EXPECT_TRUE(std::ranges::find(s.ops, model::name_of(steps[i].op)) != s.ops.end()) << model::to_text(steps[i]);
    s.ops.push_back("munmap");
    const ExploreReport wider = explored(s, limits, {find_strategy("vm-pgoff")});
    ASSERT_EQ(wider.counterexamples.size(), 1u);
    EXPECT_THAT(model::to_text(wider.counterexamples.front().trace), testing::HasSubstr("munmap"));
}

TEST(Explore, IsTheSameWithAnyNumberOfThreads) {
    std::set<std::string> texts;
    for (unsigned threads : {1u, 2u, 3u}) {
        ExploreLimits limits;
        limits.threads = threads;
        std::string text;
        for (const ExploreReport& r : explore_all(small(5, 3, 1), {}, limits)) {
            for (const Counterexample& c : r.counterexamples) text += model::to_text(c.trace);
            for (std::uint64_t n : r.states_at) text += std::to_string(n) + " ";
        }
        texts.insert(text);
    }
    EXPECT_EQ(texts.size(), 1u);
    EXPECT_THAT(*texts.begin(), testing::HasSubstr("mremap"));
}

TEST(Explore, TheShortestIsAsLongWithoutReduction) {
    Scope s = small(5, 3, 1);
    const std::vector<const Strategy*> all = strategies_of(model::ItemLayout{});
    const ExploreReport reduced = explored(s, {}, all);
    s.reduced = false;
    const ExploreReport unreduced = explored(s, {}, all);
    ASSERT_EQ(reduced.counterexamples.size(), unreduced.counterexamples.size());
    EXPECT_GT(reduced.counterexamples.size(), 2u);
    for (std::size_t i = 0; i < reduced.counterexamples.size(); ++i) {
        EXPECT_EQ(reduced.counterexamples[i].strategy, unreduced.counterexamples[i].strategy);
        EXPECT_EQ(reduced.counterexamples[i].operations, unreduced.counterexamples[i].operations);
    }
}

} // namespace
} // namespace checker
