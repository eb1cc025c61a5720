#include "properties/properties.h"

#include <fmt/format.h>

#include <algorithm>

#include "checker/judge/expect.h"
#include "checker/judge/fast_judge.h"
#include "checker/judge/judge.h"
#include "checker/judge/truth.h"
#include "model/address_space.h"
#include "model/canonical.h"
#include "model/ksm.h"
#include "model/ops/page_of.h"
#include "model/page_table.h"
#include "model/trace/trace.h"
#include "properties/calls.h"
#include "properties/files.h"

namespace properties {
namespace {

using namespace model;
using checker::MappedAt;
using checker::Moment;
using Wrong = std::optional<std::string>;

template <class Op> bool is(const Operation& op) { return std::holds_alternative<Op>(op); }

// --- reclaim and migration succeed exactly when the walk that they use finds every entry

std::vector<MappedAt> truth_of(const Kernel& k, Id<Folio> folio) {
    return checker::oracle(checker::page_tables_of(k), folio.n);
}

bool some_locked(const Kernel& k, const std::vector<MappedAt>& entries) {
    return std::ranges::any_of(entries, [&](MappedAt at) {
        Id<Vma> vma = vma_at(k, find_process(k, at.pid), at.page);
        return vma && (k.vmas[vma].flags & VM_LOCKED);
    });
}

Wrong is_result(const Moment& m, Errno expected) {
    if (m.result.error == expected) return {};
    return fmt::format("{} returned {}, but should have returned {}", to_text(m.step), to_text(m.result),
                       to_text(Result(expected)));
}

Wrong swap_out_needs_every_entry(const Moment& m) {
    const auto& op = std::get<SwapOut>(m.step.op);
    const Kernel& k = *m.before;
    const Id<Folio> folio = page_of(k, op.pid.v, op.addr.v);
    if (!folio || !k.folios[folio].mapcount) return is_result(m, Errno::efault);
    const std::vector<MappedAt> truth = truth_of(k, folio), found = checker::reference().walk(k, folio).found;
    const bool locked = some_locked(k, truth);
    if (Wrong wrong = is_result(m, truth == found && !locked ? Errno::ok : Errno::eagain)) return wrong;
    if (locked) return {}; // how far it got depends on the order of the walk
    std::vector<MappedAt> missed;
    std::ranges::set_difference(truth, found, std::back_inserter(missed));
    if (truth_of(m.after, folio) != missed) return "swap_out did not unmap exactly what the walk finds";
    return {};
}

Wrong migrate_needs_every_entry(const Moment& m) {
    const auto& op = std::get<Migrate>(m.step.op);
    const Kernel& k = *m.before;
    const Id<Folio> folio = page_of(k, op.pid.v, op.addr.v);
    if (!folio || !k.folios[folio].mapcount) return is_result(m, Errno::efault);
    const std::vector<MappedAt> truth = truth_of(k, folio), found = checker::reference().walk(k, folio).found;
    if (Wrong wrong = is_result(m, truth == found ? Errno::ok : Errno::eagain)) return wrong;
    const Id<Folio> now = page_of(m.after, op.pid.v, op.addr.v);
    if ((now == folio) != (truth != found)) return "migrate moved the page, or did not, against its result";
    if (truth_of(m.after, now) != truth) return "migrate did not restore every entry";
    return {};
}

// --- what the kernel does by itself changes nothing that a process can read

struct Content {
    Pid pid;
    Vpn page;
    int byte; // -1: none
    friend bool operator==(const Content&, const Content&) = default;
};

std::vector<Content> contents(const Kernel& k) {
    std::vector<Content> all;
    for (Id<Mm> mm = k.processes.first(k.mms); mm; mm = k.processes.next(k.mms, mm))
        for (Id<Pte> p = k.mms[mm].page_table.first(k.ptes); p; p = k.mms[mm].page_table.next(k.ptes, p)) {
            const Pte& pte = k.ptes[p];
            int byte = 0;
            if (pte.folio && k.folios[pte.folio].mapping == Folio::Mapping::file) continue; // faulted in again
            if (pte.kind == Pte::Kind::guard) byte = -1;
            if (pte.kind == Pte::Kind::present) byte = k.folios[pte.folio].byte;
            if (pte.kind == Pte::Kind::swap) {
                const SwapEntry& s = k.swaps[pte.swap];
                byte = s.folio ? k.folios[s.folio].byte : s.byte;
            }
            all.push_back({k.mms[mm].pid, pte.page, byte});
        }
    for (Id<File> f = k.files_by_number.first(k.files); f; f = k.files_by_number.next(k.files, f))
        for (Id<Folio> p = k.files[f].pages.first(k.folios); p; p = k.files[f].pages.next(k.folios, p))
            if (k.folios[p].byte) all.push_back({0, {k.folios[p].index.n}, k.folios[p].byte});
    return all;
}

Wrong kernel_keeps_contents(const Moment& m) {
    if (contents(*m.before) == contents(m.after)) return {};
    return fmt::format("{} changed what a process can read", to_text(m.step));
}

// --- claims

Wrong claims_hold(const Moment& m) {
    using checker::Claim;
    for (const checker::Disagreement& d : m.disagreements) {
        const checker::Strategy& s = *d.cause.strategy;
        const bool reference_too = checker::is_reference(s);
        if (d.cause.facts[static_cast<std::size_t>(checker::Fact::kind)] == checker::kind_over_bound)
            return fmt::format("{} visits more than its bound allows in a walk of {}:{:#x}", s.name, d.entry.pid,
                               address(d.entry.page));
        if (s.claim == Claim::exact || (s.claim == Claim::covers && !reference_too))
            return fmt::format("{} does not find {}:{:#x}: {}", s.name, d.entry.pid, address(d.entry.page),
                               checker::to_text(d.cause));
    }
    return {};
}

// --- text and canonical form

Wrong text_keeps_a_step(const Moment& m) {
    const std::string text = to_text(m.step);
    if (read_step(text, "step") == m.step) return {};
    return "reading \"" + text + "\" gives another step";
}

Wrong replay_keeps_a_state(std::span<const Step> steps, const Kernel& after) {
    Trace trace;
    trace.steps.assign(steps.begin(), steps.end());
    Config config;
    config.rules = after.config.rules;
    config.layout = after.config.layout;
    Kernel again = boot(config);
    for (const Step& step : read_trace(to_text(trace), "trace").steps) {
        const Result r = play(again, step);
        if (step.expected && *step.expected != r)
            return "a replay from text returns something else at " + to_text(step);
    }
    if (same(after, again)) return {};
    return "a replay from text ends in another state";
}

// --- lifetimes

Wrong heals_for_good(std::span<const Step>, const Kernel& after) {
    using namespace checker;
    Session session;
    session.strategies = {&reference()};
    session.machines.push_back({after, session.strategies});
    const std::vector<Verdict> now = judge_all_ksm_pages(session, 0, Lifetimes::find);
    Kernel& k = session.machines.front().kernel;
    for (int pass = 0; pass < 40; ++pass) ksm_full_scan(k);
    const std::vector<Verdict> later = judge_all_ksm_pages(session, 0, Lifetimes::leave_open);
    for (const Verdict& v : now)
        for (MappedAt at : v.missed) {
            const bool lost =
                std::ranges::any_of(later, [&](const Verdict& l) { return std::ranges::binary_search(l.missed, at); });
            if (v.lifetime == Lifetime::heals && lost)
                return fmt::format("the miss of {} healed, and is there again", to_text(at));
            if (v.lifetime == Lifetime::stays && v.missed.size() == 1 && !lost)
                return fmt::format("the miss of {} stays, and is gone after 40 scans", to_text(at));
        }
    return {};
}

// --- one truth, and one judge

// Of a KSM page that something maps: what the oracle says, and what the fast reading says.
Wrong fast_truth_is_the_truth(std::span<const Step>, const Kernel& after) {
    std::vector<checker::KsmEntry> entries;
    checker::read_ksm_entries(after, entries);
    const checker::PageTables tables = checker::page_tables_of(after);
    std::size_t mapped = 0;
    Wrong wrong;
    after.folios.each([&](Id<Folio> folio, const Folio& f) {
        if (f.mapping != Folio::Mapping::ksm) return;
        const std::vector<MappedAt> truth = checker::oracle(tables, folio.n);
        std::vector<MappedAt> fast;
        for (const checker::KsmEntry& e : entries)
            if (e.folio == folio) fast.push_back(e.at);
        mapped += truth.size();
        if (fast != truth)
            wrong = fmt::format("the oracle finds {}, the fast reading {}", checker::to_text(truth),
                                checker::to_text(fast));
    });
    if (!wrong && mapped != entries.size()) return "the fast reading finds entries of no KSM page";
    return wrong;
}

// What the fast judge must say of one strategy: entries, and whether it reads a freed VMA.
struct Faults {
    std::vector<MappedAt> missed;
    bool freed = false;
    friend bool operator==(const Faults&, const Faults&) = default;
};

Faults by_the_plain_judge(const Kernel& k, const checker::Strategy& s) {
    const checker::PageTables tables = checker::page_tables_of(k);
    Faults all;
    k.folios.each([&](Id<Folio> folio, const Folio& f) {
        if (!s.kind->is(f) || !f.mapcount) return;
        const checker::Verdict v = checker::judge_folio(k, s, folio, checker::oracle(tables, folio.n));
        const std::vector<MappedAt>& owed = checker::is_reference(s) ? v.missed : v.regressed;
        all.missed.insert(all.missed.end(), owed.begin(), owed.end());
        all.freed |= v.touched_freed_vma;
    });
    std::ranges::sort(all.missed);
    return all;
}

Faults by_the_fast_judge(std::span<const checker::Disagreement> found, const checker::Strategy& s) {
    constexpr std::uint8_t reads_freed_vma = 3; // as the fact `kind` has it
    Faults all;
    for (const checker::Disagreement& d : found) {
        if (d.cause.strategy != &s) continue;
        if (d.cause.facts[static_cast<std::size_t>(checker::Fact::kind)] == reads_freed_vma)
            all.freed = true;
        else
            all.missed.push_back(d.entry);
    }
    std::ranges::sort(all.missed);
    return all;
}

// Of strategies of one kind. Where a walk reads a freed VMA, the fast judge says so once, and not of every entry that
// is missed for it.
Wrong judges_agree(const Kernel& after, const std::vector<const checker::Strategy*>& strategies) {
    checker::StateJudge judge(strategies);
    std::vector<checker::KsmEntry> entries;
    checker::read_ksm_entries(after, entries, judge.kind());
    const auto found = judge.judge(after, entries);
    const std::uint32_t refuted = checker::refuted_here(after, strategies, ~std::uint32_t{0});
    for (std::size_t n = 0; n < strategies.size(); ++n) {
        const checker::Strategy& s = *strategies[n];
        const Faults plain = by_the_plain_judge(after, s), fast = by_the_fast_judge(found, s);
        const bool same = plain.freed == fast.freed && std::ranges::includes(plain.missed, fast.missed) &&
                          (plain.freed || plain.missed == fast.missed);
        if (!same)
            return fmt::format("{} misses {}{}; the fast judge says {}{}", s.name, checker::to_text(plain.missed),
                               plain.freed ? " and reads a freed VMA" : "", checker::to_text(fast.missed),
                               fast.freed ? " and reads a freed VMA" : "");
        const bool is_refuted = !checker::is_reference(s) && (plain.freed || !plain.missed.empty());
        if (is_refuted != static_cast<bool>(refuted >> n & 1))
            return fmt::format("{} is {}refuted, but not by the quickest question", s.name, is_refuted ? "" : "not ");
    }
    return {};
}

Wrong fast_judge_is_the_judge(std::span<const Step>, const Kernel& after) {
    for (const checker::Kind* kind : checker::kinds())
        for (const checker::LayoutGroup& group : checker::by_layout(checker::all_of(checker::strategies(*kind))))
            if (group.layout == after.config.layout) // they are judged on a machine of this layout
                if (Wrong wrong = judges_agree(after, group.strategies)) return wrong;
    return {};
}

// THE list of what holds of every operation.
constexpr checker::Property step_list[] = {
    {"claims", "a walk that claims to find what the reference finds does so, and none costs more than it says", true,
     nullptr, claims_hold},
    {"swap-out",
     "swap_out succeeds exactly when the reference finds every entry and none is locked, and unmaps what it finds",
     false, is<SwapOut>, swap_out_needs_every_entry},
    {"migrate", "migrate succeeds exactly when the reference finds every entry, and restores them all", false,
     is<Migrate>, migrate_needs_every_entry},
    {"contents", "what the kernel does by itself changes nothing that a process can read", false, by_kernel,
     kernel_keeps_contents},
    {"elsewhere", "a call changes flags, file and page offset of nothing outside of its range", false,
     changes_address_space, nothing_elsewhere},
    {"items", "only ksmd and exit make, free or list an rmap_item", false, leaves_items_alone, items_stay},
    {"swap-in", "a read maps the KSM page that is in the swap cache", false, reads, ksm_page_swapped_in_as_it_is},
    {"unshared", "mremap out of a mergeable VMA leaves no KSM page at the new place", false, moves,
     moved_pages_are_unshared},
    {"holes", "a hole in a file takes its pages, and of what a process has of its own only zero pages", false, punches,
     a_hole_takes_pages_only},
    {"shared", "fork maps nothing of shared memory in the child", false, forks, shared_memory_is_not_copied},
    {"text", "writing and reading a step gives the same step", false, nullptr, text_keeps_a_step},
};

// THE list of what holds of every run.
constexpr checker::RunProperty run_list[] = {
    {"replay", "a trace, written, read and played again, ends in the same state", replay_keeps_a_state},
    {"lifetimes", "a miss that heals does not come back while only ksmd runs, and one that stays is still there",
     heals_for_good},
    {"truth", "the page tables, read at once for all KSM pages, say of each what the oracle says",
     fast_truth_is_the_truth},
    {"judges", "the judge for states by the million says what the plain judge says", fast_judge_is_the_judge},
};

} // namespace

std::span<const checker::Property> properties() { return step_list; }
std::span<const checker::RunProperty> run_properties() { return run_list; }

} // namespace properties
