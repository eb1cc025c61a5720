#include "checker/kernels/uml/verdict.h"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

namespace checker::kernels::uml {
namespace {

std::string reference_name() { return std::string(reference().name); }

std::set<MappedAt> minus(const std::set<MappedAt>& a, const std::set<MappedAt>& b) {
    std::set<MappedAt> d;
    std::ranges::set_difference(a, b, std::inserter(d, d.end()));
    return d;
}

std::set<MappedAt> mapping(const Look& look, std::uint64_t frame) {
    std::set<MappedAt> all;
    for (const auto& [at, e] : look.entries)
        if (e.present && e.frame == frame) all.insert(at);
    return all;
}

std::string list(const std::set<MappedAt>& entries) {
    std::string text;
    for (const MappedAt& at : entries) text += fmt::format("{}{}", text.empty() ? "" : " ", at_text(at));
    return text.empty() ? "none" : text;
}

std::string_view occasion_text(Occasion o) {
    return o == Occasion::walk ? "" : o == Occasion::end ? " (end)" : " (after full scans)";
}
std::string where(const LookPoint& p) { return fmt::format("line {}{}", p.line, occasion_text(p.occasion)); }

const Look* look_of(const TraceResult& r, const LookPoint& p) {
    const auto found = r.looks.find(p.number);
    return found == r.looks.end() ? nullptr : &found->second;
}

// By frame: the entries that share it, in order; frames themselves mean nothing across guests.
std::set<std::set<MappedAt>> sharing(const Look& look) {
    std::map<std::uint64_t, std::set<MappedAt>> by_frame;
    for (const auto& [at, e] : look.entries)
        if (e.present && !e.file) by_frame[e.frame].insert(at);
    std::set<std::set<MappedAt>> groups;
    for (auto& [frame, group] : by_frame) groups.insert(std::move(group));
    return groups;
}
std::set<MappedAt> swapped(const Look& look) {
    std::set<MappedAt> all;
    for (const auto& [at, e] : look.entries)
        if (!e.present) all.insert(at);
    return all;
}

std::string answer_text(const TraceResult& r, std::uint64_t number) {
    if (r.dead.contains(number)) return "no answer: the process is gone";
    if (r.waits.contains(number)) return "no answer: it waits";
    const auto a = r.answers.find(number);
    return a == r.answers.end() ? "no answer" : fmt::format("{}", a->second);
}

bool by_reclaim_or_migration(const GuestScript& script, std::uint64_t number) {
    for (const Record& r : script.records)
        if (r.number == number) return r.verb == Order::reclaim || r.verb == Order::drop || r.verb == Order::migrate;
    return false;
}

// Answers of a fork are pids, which mean nothing.
bool comparable(const GuestScript& script, std::uint64_t number) {
    for (const Record& r : script.records)
        if (r.number == number) return r.verb != Order::fork && r.verb != Order::look;
    return false;
}

void judge_answers(const GuestScript& script, const TraceResult& reference, const TraceResult& candidate,
                   TraceVerdict& v) {
    for (const auto& [number, asked] : script.asked) {
        if (!comparable(script, number)) continue;
        const std::string before = answer_text(reference, number), now = answer_text(candidate, number);
        if (before == now) continue;
        const std::string text = fmt::format("line {}: {}: {} instead of {}", asked.line, asked.text, now, before);
        (by_reclaim_or_migration(script, number) && !before.starts_with("-") ? v.failed : v.differences)
            .push_back(text);
    }
}

void judge_answers_by_model(const GuestScript& script, const TraceResult& r, std::vector<std::string>& off) {
    for (const auto& [number, asked] : script.asked)
        if (asked.expected && answer_text(r, number) != fmt::format("{}", *asked.expected))
            off.push_back(fmt::format("line {}: {}: {}, the model says {}", asked.line, asked.text,
                                      answer_text(r, number), *asked.expected));
}

// Where operations in flight stand, and what they leave behind, beside what the model says.
void judge_flights_by_model(const GuestScript& script, const TraceResult& r, std::vector<std::string>& off) {
    for (const auto& [number, asked] : script.asked) {
        const auto at = r.points.find(number);
        const std::string point = at == r.points.end() ? "none" : at->second;
        if (!asked.point.empty() && point != asked.point)
            off.push_back(fmt::format("line {}: {}: it stands at {}, in the model at {}", asked.line, asked.text, point,
                                      asked.point));
        if (!asked.may_be_stale) continue;
        const auto stale = r.stale.find(number);
        const std::set<MappedAt> seen = stale == r.stale.end() ? std::set<MappedAt>{} : stale->second;
        if (seen != asked.stale)
            off.push_back(fmt::format("line {}: {}: stale migration entries: {}, in the model: {}", asked.line,
                                      asked.text, list(seen), list(asked.stale)));
        if (!seen.empty() || !asked.stale.empty()) return; // one of them ends here
    }
}

// Migration entries that the candidate leaves behind, and the reference does not.
void judge_stale(const GuestScript& script, const TraceResult* reference, const TraceResult& candidate,
                 TraceVerdict& v) {
    for (const auto& [number, entries] : candidate.stale) {
        const auto asked = script.asked.find(number);
        const std::string text = fmt::format("line {}: migration entries stay that are nobody's: {}",
                                             asked == script.asked.end() ? 0 : asked->second.line, list(entries));
        (!reference || !reference->stale.empty() ? v.own_stale : v.failed).push_back(text);
    }
}

// The strategy that the kernel is said to be, or the reference.
const std::set<MappedAt>& missed_in_model(const LookPoint& p) {
    static const std::set<MappedAt> none;
    for (const auto& [name, entries] : p.missed)
        if (name != reference_name()) return entries;
    const auto naive = p.missed.find(reference_name());
    return naive == p.missed.end() ? none : naive->second;
}

InFlight in_flight(const GuestScript& script, const TraceResult& r) {
    InFlight told;
    const auto add = [](std::string& to, const std::string& text) { to += (to.empty() ? "" : "; ") + text; };
    const auto stays = [](const std::set<MappedAt>& entries) {
        return entries.empty() ? std::string() : ", stale: " + list(entries);
    };
    bool any = false;
    for (const auto& [number, asked] : script.asked) {
        any |= !asked.point.empty();
        for (const LookPoint& p : script.looks)
            if (any && p.number == number && p.occasion == Occasion::walk) {
                const Look* look = look_of(r, p);
                add(told.kernel, look ? "walk misses " + list(missed_by_walk(*look)) : "not seen");
                add(told.model, "walk misses " + list(missed_in_model(p)));
            }
        if (asked.point != "over" && !asked.may_be_stale) continue;
        const auto stale = r.stale.find(number);
        const std::set<MappedAt> seen = stale == r.stale.end() ? std::set<MappedAt>{} : stale->second;
        if (asked.point != "over" && seen.empty() && asked.stale.empty()) continue;
        const std::string result = asked.expected ? fmt::format("{}", *asked.expected) : answer_text(r, number);
        const std::string step = asked.text.substr(0, asked.text.find(" = ")); // without what the trace says of it
        add(told.kernel, fmt::format("{}: {}{}", step, answer_text(r, number), stays(seen)));
        add(told.model, fmt::format("{}: {}{}", step, result, stays(asked.stale)));
        any = true;
    }
    return any ? told : InFlight{};
}

Lasting lasting_of(const GuestScript& script, const TraceResult& r, MappedAt at) {
    for (const LookPoint& p : script.looks)
        if (const Look* look = p.occasion == Occasion::healed ? look_of(r, p) : nullptr)
            return missed_by_walk(*look).contains(at) ? Lasting::stays : Lasting::heals;
    return Lasting::unknown;
}

std::set<MappedAt> both(const std::set<MappedAt>& a, const std::set<MappedAt>& b) {
    std::set<MappedAt> c;
    std::ranges::set_intersection(a, b, std::inserter(c, c.end()));
    return c;
}

// What the reference misses too: another kernel, or this one's own walk over all VMAs and naive in the model.
std::set<MappedAt> excused_at(const LookPoint& p, const Look* other, const Look& look) {
    if (other) return missed_by_walk(*other);
    const auto naive = p.missed.find(reference_name());
    const bool known = naive != p.missed.end() && differences_from_model(p, look).empty();
    return known ? both(missed_by_all(look), naive->second) : missed_by_all(look);
}

// Processes that map the page and that are not told of a failure of its memory, though the reference would tell them:
// another kernel, or this one while trees hand out all VMAs.
void judge_told(const LookPoint& p, const Look* other, const Look& look, TraceVerdict& v) {
    for (const SeenPage& page : look.pages) {
        std::set<Pid> mapping_it, told;
        for (const MappedAt& at : mapping(look, page.frame)) mapping_it.insert(at.pid);
        for (const auto& [pid, where] : page.told_by_all)
            if (!other) told.insert(pid);
        if (other)
            for (const SeenPage& same : other->pages)
                if (mapping(*other, same.frame) == mapping(look, page.frame))
                    for (const auto& [pid, where] : same.told) told.insert(pid);
        for (const Pid pid : mapping_it)
            if (told.contains(pid) && !page.told.contains(pid))
                v.failed.push_back(
                    fmt::format("{}: process {} maps a page and is not told when its memory fails", where(p), pid));
    }
}

void judge_look(const GuestScript& script, const LookPoint& p, const TraceResult* reference,
                const TraceResult& candidate, const Look& look, TraceVerdict& v) {
    const Look* other = reference ? look_of(*reference, p) : nullptr;
    const std::set<MappedAt> excused = excused_at(p, other, look);
    if (other)
        for (const MappedAt& at : minus(excused, missed_by_all(*other)))
            v.own_losses.push_back(fmt::format("{}: {}", where(p), at_text(at)));
    for (const MappedAt& at : excused) v.own_misses.push_back(fmt::format("{}: {}", where(p), at_text(at)));
    const std::set<MappedAt> missed = missed_by_walk(look);
    for (const MappedAt& at : minus(missed, excused))
        v.lost.push_back({p.line, p.occasion, at,
                          p.occasion == Occasion::healed ? Lasting::stays : lasting_of(script, candidate, at)});
    judge_told(p, other, look, v);
    for (const std::string& c : contradictions(look)) v.contradictions.push_back(where(p) + ": " + c);
    if (other)
        for (const std::string& c : contradictions(*other)) v.contradictions.push_back(where(p) + ", reference: " + c);
    if (other && sharing(*other) != sharing(look)) v.differences.push_back(where(p) + ": other pages are shared");
    if (other && swapped(*other) != swapped(look)) v.differences.push_back(where(p) + ": other entries are swapped");
    for (const std::string& d : differences_from_model(p, other ? *other : look))
        v.reference_off_model.push_back(where(p) + ": " + d);
    const auto naive = p.missed.find(reference_name());
    const std::set<MappedAt> all = missed_by_all(other ? *other : look);
    if (naive != p.missed.end() && all != naive->second)
        v.reference_off_model.push_back(fmt::format("{}: over all VMAs the kernel misses {}, {} in the model {}",
                                                    where(p), list(all), reference_name(), list(naive->second)));
    ++v.looks;
    v.pages += look.pages.size();
    for (const SeenPage& page : look.pages)
        v.entries += static_cast<std::size_t>(std::max<std::int64_t>(page.mapcount, 0));
}

} // namespace

std::string at_text(MappedAt at) { return fmt::format("{}:{:#x}", at.pid, at.page.n * model::PAGE_SIZE); }

std::set<MappedAt> missed_by_walk(const Look& look) {
    std::set<MappedAt> missed;
    for (const SeenPage& p : look.pages) {
        if (p.overflow) continue;
        const std::set<MappedAt> m = minus(mapping(look, p.frame), p.found);
        missed.insert(m.begin(), m.end());
    }
    return missed;
}

std::set<MappedAt> missed_by_all(const Look& look) {
    std::set<MappedAt> missed = missed_by_walk(look);
    for (const SeenPage& p : look.pages) missed = minus(missed, p.by_all);
    return missed;
}

std::vector<std::string> contradictions(const Look& look) {
    std::vector<std::string> all;
    for (const SeenPage& p : look.pages) {
        if (p.overflow || !look.too_large.empty()) continue;
        const std::set<MappedAt> truth = mapping(look, p.frame), extra = minus(p.found, truth);
        if (!extra.empty()) all.push_back(fmt::format("the walk found what no page table has: {}", list(extra)));
        if (const auto wrong = minus(p.by_all, truth); !wrong.empty())
            all.push_back(fmt::format("the walk over all VMAs found what no page table has: {}", list(wrong)));
        if (static_cast<std::int64_t>(truth.size()) != p.mapcount)
            all.push_back(
                fmt::format("a page is mapped {} times, and the page tables show {}", p.mapcount, list(truth)));
        for (const MappedAt& at : truth) {
            const auto idle = look.idle.find(at);
            if (idle != look.idle.end() && idle->second != p.found.contains(at))
                all.push_back(fmt::format("{}: page_idle {} it, the count of the walk {}", at_text(at),
                                          idle->second ? "finds" : "misses", idle->second ? "does not" : "does"));
        }
    }
    return all;
}

std::vector<std::string> differences_from_model(const LookPoint& expected, const Look& look) {
    std::vector<std::string> all;
    if (expected.vmas.empty() && expected.entries.empty()) return all;
    std::vector<GuestVma> seen = look.vmas;
    std::erase_if(seen, [&](const GuestVma& one) { return expected.hidden.contains(one.pid); });
    std::ranges::sort(seen);
    if (seen != expected.vmas) {
        const auto [a, b] = std::ranges::mismatch(seen, expected.vmas);
        auto text = [](const GuestVma& v) { return fmt::format("{} {:#x}-{:#x} {}", v.pid, v.start, v.end, v.prot); };
        all.push_back(fmt::format("VMA {}, the model has {}", a == seen.end() ? "missing" : text(*a),
                                  b == expected.vmas.end() ? "none" : text(*b)));
    }
    std::map<std::uint32_t, std::uint64_t> frame_of;
    std::map<std::uint64_t, std::uint32_t> folio_of;
    for (const auto& [at, e] : expected.entries) {
        const auto s = look.entries.find(at);
        if (s == look.entries.end()) {
            if (!look.too_large.contains(at.pid)) all.push_back(at_text(at) + ": no entry, the model has one");
            continue;
        }
        if (s->second.present == (e.kind == Held::swap || e.kind == Held::migration)) {
            all.push_back(at_text(at) + (s->second.present ? ": present, the model says swapped"
                                                           : ": swapped, the model says present"));
        } else if (e.kind == Held::page || e.kind == Held::file) {
            const auto frame = frame_of.emplace(e.folio, s->second.frame).first;
            const auto folio = folio_of.emplace(s->second.frame, e.folio).first;
            if (frame->second != s->second.frame)
                all.push_back(at_text(at) + ": a page of its own, the model says shared");
            if (folio->second != e.folio) all.push_back(at_text(at) + ": a shared page, the model says its own");
        }
    }
    for (const auto& [at, e] : look.entries) // more of a file is mapped than was asked for: do_fault_around()
        if (!e.file && !expected.entries.contains(at) && !expected.hidden.contains(at.pid))
            all.push_back(at_text(at) + ": an entry that the model does not have");
    return all;
}

TraceVerdict judge_trace(const GuestScript& script, const TraceResult* reference, const TraceResult& candidate) {
    TraceVerdict v;
    v.name = script.name;
    v.not_judged = script.unplayable;
    if (v.not_judged.empty()) v.not_judged = candidate.not_played;
    if (v.not_judged.empty() && reference) v.not_judged = reference->not_played;
    for (const TraceResult* r : {reference, &candidate})
        if (v.not_judged.empty() && r && !r->unreadable.empty())
            v.not_judged = fmt::format("what the guest wrote cannot be read: {}", r->unreadable);
    if (v.not_judged.empty() && !candidate.begun) v.not_judged = "the guest did not come to it";
    if (v.not_judged.empty() && reference && !reference->broke_off.empty())
        v.not_judged =
            fmt::format("the reference itself {}", reference->broke_off.substr(0, reference->broke_off.find('\n')));
    if (!v.not_judged.empty()) return v;

    if (!reference || reference->complaints.empty()) v.complaints = candidate.complaints;
    if (!candidate.broke_off.empty())
        v.complaints.insert(v.complaints.begin(), fmt::format("the guest {}", candidate.broke_off));
    if (reference) judge_answers(script, *reference, candidate, v);
    const TraceResult& held_to_model = reference ? *reference : candidate;
    judge_answers_by_model(script, held_to_model, v.reference_off_model);
    judge_flights_by_model(script, held_to_model, v.reference_off_model);
    judge_stale(script, reference, candidate, v);
    v.in_flight = in_flight(script, held_to_model);
    for (const LookPoint& p : script.looks) {
        if (const Look* look = look_of(candidate, p))
            judge_look(script, p, reference, candidate, *look, v);
        else if (candidate.broke_off.empty() && candidate.stale.empty())
            v.not_judged = where(p) + " was not seen";
    }
    return v;
}

std::string differs_from_strategy(const GuestScript& script, const TraceResult* reference, const TraceResult& candidate,
                                  const std::string& strategy) {
    // From the first answer that differs the kernels are in different states, and the model in that of the reference.
    std::uint64_t parted = ~std::uint64_t{0};
    for (const auto& [number, asked] : script.asked)
        if (reference && comparable(script, number) &&
            answer_text(*reference, number) != answer_text(candidate, number)) {
            parted = number;
            break;
        }
    for (const LookPoint& p : script.looks) {
        if (p.number > parted || p.reads_freed.contains(strategy)) break; // what a freed VMA says is chance, or an oops
        const Look *base = look_of(reference ? *reference : candidate, p), *look = look_of(candidate, p);
        const auto by_strategy = p.missed.find(strategy), by_naive = p.missed.find(reference_name());
        if (!base || !look || by_naive == p.missed.end()) return where(p) + ": not seen";
        // A strategy that misses nothing, of pages that exist, has no entry.
        const std::set<MappedAt> says = by_strategy == p.missed.end() ? std::set<MappedAt>{} : by_strategy->second;
        const std::set<MappedAt> model = minus(says, by_naive->second);
        const std::set<MappedAt> kernel = minus(missed_by_walk(*look), missed_by_all(*base));
        if (model != kernel)
            return fmt::format("{}: the kernel loses {}, the model {}", where(p), list(kernel), list(model));
    }
    return {};
}

} // namespace checker::kernels::uml
