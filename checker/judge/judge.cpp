#include "checker/judge/judge.h"

#include <algorithm>
#include <map>

#include "checker/facets/effects.h"
#include "checker/judge/bound.h"
#include "checker/judge/ksm_entries.h"
#include "checker/judge/lifetimes.h"
#include "checker/judge/truth.h"
#include "model/canonical.h"
#include "model/ops/page_of.h"
#include "model/trace/trace.h"

namespace checker::inline judge {
namespace {

using model::Folio;
using model::Id;
using model::Kernel;

// Every strategy that this machine is for, or those of one kind only.
void judge_on(const Machine& m, Id<Folio> folio, const std::vector<MappedAt>& truth, MappedAt page, std::uint32_t line,
              std::vector<Verdict>& out, const Kind* only = nullptr) {
    for (const Strategy* s : m.strategies) {
        if (only ? s->kind != only : !s->kind->walks_others && !s->kind->is(m.kernel.folios[folio])) continue;
        Verdict v = judge_folio(m.kernel, *s, folio, truth);
        v.at = line;
        v.page = page;
        out.push_back(std::move(v));
    }
}

void in_order_of_catalogue(std::vector<Verdict>& verdicts) {
    std::ranges::stable_sort(verdicts, [](const Verdict& a, const Verdict& b) {
        return std::tie(a.page, a.strategy) < std::tie(b.page, b.strategy); // the catalogue is an array
    });
}

} // namespace

Verdict judge_folio(const Kernel& k, const Strategy& s, Id<Folio> folio, const std::vector<MappedAt>& truth) {
    const WalkResult walk = s.walk(k, folio);
    const std::uint64_t allowed = allowed_visits(k, s, folio);
    if (walk.found == truth) return verdict_on(s, walk, truth, {}, allowed);
    return verdict_on(s, walk, truth, reference(*s.kind).walk(k, folio).found, allowed);
}

Session start_session(const model::Config& config, std::vector<const Strategy*> chosen) {
    Session s;
    if (chosen.empty())
        for (const Strategy& each : strategies()) chosen.push_back(&each);
    s.strategies = std::move(chosen);
    s.machines.push_back({model::boot(config), {}});
    for (LayoutGroup& group : by_layout(s.strategies, config.layout))
        if (group.layout == config.layout)
            s.machines.front().strategies = std::move(group.strategies);
        else {
            model::Config c = config;
            c.layout = group.layout;
            s.machines.push_back({model::boot(c), std::move(group.strategies)});
        }
    return s;
}

void find_lifetimes(const Session& session, std::span<Verdict> verdicts) {
    for (const Machine& m : session.machines) {
        std::vector<Verdict*> missing;
        for (Verdict& v : verdicts)
            if (!v.missed.empty() && std::ranges::find(m.strategies, v.strategy) != m.strategies.end())
                missing.push_back(&v);
        find_lifetimes(m.kernel, missing);
    }
}

const Driven* Session::course_of(const Strategy& s) const {
    const auto at = std::ranges::find(driven, &s, &Driven::strategy);
    return at == driven.end() ? nullptr : &*at;
}

const Kernel* Session::driven_by(const Strategy& s) const {
    if (const Driven* d = course_of(s)) return &d->kernel;
    for (const Machine& m : machines)
        if (std::ranges::find(m.strategies, &s) != m.strategies.end()) return &m.kernel;
    return nullptr;
}

namespace {

// What the reference drives may be over sooner or later than what the strategy does.
void play_driven(Driven& d, const model::Step& step) {
    if (!d.stopped.empty()) return;
    try {
        model::play(d.kernel, step);
    } catch (const model::BadInput& bad) {
        d.stopped = model::to_text(step) + ": " + bad.wrong;
    }
    if (d.kernel.stale) d.stopped = "a migration entry is stale";
}

bool is_over_already(const Kernel& k, const model::Step& step) {
    const auto name = going_on(step.op);
    return name && !model::find_flight(k, *name);
}

// Which strategies of this machine would have come elsewhere with this step?
void split_off(Session& session, const Machine& m, const Kernel& before, const model::Step& step) {
    std::vector<std::uint64_t> after;
    for (const Strategy* s : m.strategies) {
        if (s->kind != &ksm || is_reference(*s) || session.course_of(*s)) continue; // no other kind drives
        if (after.empty()) after = model::canonical(m.kernel);
        Driven d{s, before, {}};
        d.kernel.config.drive = driver_of(*s);
        play_driven(d, step);
        if (!d.stopped.empty() || model::canonical(d.kernel) != after) session.driven.push_back(std::move(d));
    }
}

} // namespace

model::Result play(Session& session, const model::Step& step) {
    std::optional<model::Result> first;
    for (Driven& d : session.driven)
        if (!is_over_already(d.kernel, step)) play_driven(d, step);
    for (Machine& m : session.machines) {
        std::optional<Kernel> before;
        if (uses_walk(step.op)) before = m.kernel;
        const model::Result result = model::play(m.kernel, step);
        if (!first) first = result;
        if (before) split_off(session, m, *before, step);
    }
    return *first;
}

std::vector<Verdict> judge_page(const Session& session, Pid pid, std::uint64_t address, std::uint32_t line,
                                Lifetimes how) {
    std::vector<Verdict> verdicts;
    for (const Machine& m : session.machines) {
        Id<Folio> folio = model::page_of(m.kernel, pid, address);
        if (!folio) continue;
        const std::vector<MappedAt> truth = oracle(page_tables_of(m.kernel), folio.n);
        judge_on(m, folio, truth, {pid, model::vpn(address)}, line, verdicts);
    }
    if (how == Lifetimes::find) find_lifetimes(session, verdicts);
    in_order_of_catalogue(verdicts);
    return verdicts;
}

std::vector<Verdict> judge_all_pages(const Session& session, const Kind& kind, std::uint32_t line, Lifetimes how) {
    std::vector<Verdict> verdicts;
    for (const Machine& m : session.machines) {
        if (std::ranges::none_of(m.strategies, [&](const Strategy* s) { return s->kind == &kind; })) continue;
        std::vector<KsmEntry> entries;
        read_ksm_entries(m.kernel, entries, kind);
        std::map<Id<Folio>, std::vector<MappedAt>> truth;
        for (const KsmEntry& e : entries) truth[e.folio].push_back(e.at);
        for (const auto& [folio, mapped] : truth) judge_on(m, folio, mapped, mapped.front(), line, verdicts, &kind);
    }
    if (how == Lifetimes::find) find_lifetimes(session, verdicts);
    in_order_of_catalogue(verdicts);
    return verdicts;
}

} // namespace checker::inline judge
