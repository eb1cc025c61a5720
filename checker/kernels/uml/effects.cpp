#include "checker/kernels/uml/effects.h"

#include <algorithm>

#include "checker/kernels/uml/verdict.h"

namespace checker::kernels::uml {
namespace {

// A trace up to a look, and what is done to the page then.
struct TrialOfEffect {
    GuestScript script;
    std::uint64_t first = 0, second = 0, look = 0; // numbers of its records; 0: there is none
};

std::uint64_t index_of(const LookPoint& point, Pid pid) {
    for (const auto& [index, p] : point.pid_of)
        if (p == pid) return index;
    return 0;
}

// The records of a script up to the look.
TrialOfEffect up_to(const GuestScript& script, const LookPoint& point) {
    TrialOfEffect t;
    t.script.name = script.name;
    t.script.trace = script.trace;
    for (const Record& r : script.records) {
        t.script.records.push_back(r);
        if (r.number == point.number) break;
    }
    return t;
}

std::uint64_t add(TrialOfEffect& t, std::uint64_t number, Record r) {
    r.number = number;
    t.script.records.push_back(r);
    return number;
}

// Once as the kernel walks, and once while trees hand out all VMAs.
TrialOfEffect twice(const GuestScript& script, const LookPoint& point, MappedAt at, Order verb) {
    TrialOfEffect t = up_to(script, point);
    const std::uint64_t process = index_of(point, at.pid), address = model::address(at.page);
    t.first = add(t, point.number + 1, {verb, 0, 0, {process, address, 0}});
    t.second = add(t, point.number + 2, {verb, 0, 0, {process, address, 1}});
    t.script.records.push_back({Order::end, 0, 0, {}});
    return t;
}

TrialOfEffect failing(const GuestScript& script, const LookPoint& point, MappedAt at) {
    TrialOfEffect t = up_to(script, point);
    t.first = add(t, point.number + 1, {Order::fail, 0, 0, {index_of(point, at.pid), model::address(at.page)}});
    t.look = add(t, point.number + 2, {Order::look, 0, 0, {}});
    for (const std::uint64_t number : {point.number, t.look}) {
        LookPoint& seen = t.script.looks.emplace_back();
        seen.number = number;
        seen.line = point.line;
        seen.pid_of = point.pid_of;
    }
    t.script.records.push_back({Order::end, 0, 0, {}});
    return t;
}

std::optional<std::int64_t> answer(const TraceResult& r, std::uint64_t number) {
    const auto a = r.answers.find(number);
    return a == r.answers.end() ? std::nullopt : std::optional(a->second);
}

const Look* look_of(const TraceResult& r, std::uint64_t number) {
    const auto found = r.looks.find(number);
    return found == r.looks.end() ? nullptr : &found->second;
}

const SeenEntry* entry_at(const Look& look, MappedAt at) {
    const auto found = look.entries.find(at);
    return found == look.entries.end() ? nullptr : &found->second;
}

// What collect_procs_ksm() says of the page that is mapped there.
void add_told(Effect& e, const Look& look) {
    const SeenEntry* entry = entry_at(look, e.at);
    for (const SeenPage& p : look.pages) {
        if (!entry || p.frame != entry->frame) continue;
        const auto told = p.told.find(e.at.pid);
        e.told = told != p.told.end();
        e.told_by_all = p.told_by_all.contains(e.at.pid);
        if (!e.told) continue;
        const SeenEntry* there = entry_at(look, {e.at.pid, told->second});
        if (!there || !there->present || there->frame != p.frame) e.told_elsewhere = told->second;
    }
}

// Frames are compared within one guest: they differ from one to the next.
Effect::After after_failure(const TraceResult& r, const TrialOfEffect& t, MappedAt at) {
    const Look *before = look_of(r, t.script.looks.front().number), *after = look_of(r, t.look);
    const SeenEntry* was = before ? entry_at(*before, at) : nullptr;
    if (!was || !after) return Effect::After::unknown;
    if (std::ranges::find(after->vmas, at.pid, &GuestVma::pid) == after->vmas.end()) return Effect::After::killed;
    const SeenEntry* is = entry_at(*after, at);
    return is && is->present && is->frame == was->frame ? Effect::After::mapped : Effect::After::unmapped;
}

// The first look at which the kernel's walk misses an entry.
struct FirstMiss {
    const LookPoint* point = nullptr;
    const Look* look = nullptr;
    MappedAt at;
    bool lost = false;
};
FirstMiss first_miss(const GuestScript& script, const TraceResult& r) {
    for (const LookPoint& p : script.looks) {
        const Look* look = look_of(r, p.number);
        if (!look) continue;
        const std::set<MappedAt> missed = missed_by_walk(*look), by_both = missed_by_all(*look);
        for (const MappedAt& at : missed) // one that only this walk misses, if there is one
            if (!by_both.contains(at)) return {&p, look, at, true};
        if (!missed.empty()) return {&p, look, *missed.begin(), false};
    }
    return {};
}

} // namespace

std::vector<Effect> effects_of(const std::string& kernel, std::span<const GuestScript> scripts,
                               std::span<const TraceResult> results, const std::string& room, const Progress& progress,
                               const PlayLimits& limits) {
    std::vector<Effect> effects;
    std::vector<TrialOfEffect> trials; // three of each
    for (std::size_t i = 0; i < scripts.size(); ++i) {
        const FirstMiss miss = first_miss(scripts[i], results[i]);
        if (!miss.point) continue;
        Effect& e = effects.emplace_back();
        e.trace = scripts[i].name;
        e.line = miss.point->line;
        e.at = miss.at;
        e.lost = miss.lost;
        add_told(e, *miss.look);
        trials.push_back(twice(scripts[i], *miss.point, miss.at, Order::reclaim));
        trials.push_back(twice(scripts[i], *miss.point, miss.at, Order::migrate));
        trials.push_back(failing(scripts[i], *miss.point, miss.at));
    }
    std::vector<GuestScript> played;
    for (const TrialOfEffect& t : trials) played.push_back(t.script);
    const GuestRun run = play_in_guest(kernel, played, room, progress, {}, limits);
    for (std::size_t i = 0; i < effects.size(); ++i) {
        const TrialOfEffect* t = &trials[3 * i];
        const TraceResult* r = &run.traces[3 * i];
        effects[i].reclaim = {answer(r[0], t[0].first), answer(r[0], t[0].second)};
        effects[i].migration = {answer(r[1], t[1].first), answer(r[1], t[1].second)};
        effects[i].failure = answer(r[2], t[2].first);
        effects[i].after = after_failure(r[2], t[2], effects[i].at);
    }
    return effects;
}

} // namespace checker::kernels::uml
