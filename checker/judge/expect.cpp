#include "checker/judge/expect.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "model/ksm.h"
#include "model/ops/page_of.h"
#include "model/page_table.h"

namespace checker::inline judge {
namespace {

using model::Folio;
using model::Id;
using model::Kernel;
using model::PageAt;
using model::Pte;
using Wrong = std::optional<std::string>;

Id<model::Mm> process(const Kernel& k, Pid pid) { return model::find_process(k, pid); }

Id<Pte> entry(const Kernel& k, PageAt at) {
    Id<model::Mm> mm = process(k, at.pid);
    return mm ? model::pte_at(k, mm, model::vpn(at.address)) : Id<Pte>::none();
}

Id<Folio> folio(const Kernel& k, PageAt at) {
    Id<Pte> p = entry(k, at);
    return p && k.ptes[p].kind == Pte::Kind::present ? k.ptes[p].folio : Id<Folio>::none();
}

model::PteWord word_for(const Kernel& k, PageAt at) {
    Id<Pte> p = entry(k, at);
    if (!p) return model::PteWord::none;
    switch (k.ptes[p].kind) {
    case Pte::Kind::zero: return model::PteWord::zero;
    case Pte::Kind::ksm_zero: return model::PteWord::ksm_zero;
    case Pte::Kind::guard: return model::PteWord::guard;
    case Pte::Kind::present:
        switch (k.folios[k.ptes[p].folio].mapping) {
        case Folio::Mapping::anon: return model::PteWord::anon;
        case Folio::Mapping::ksm: return model::PteWord::ksm;
        case Folio::Mapping::file: return model::PteWord::file;
        }
        break;
    case Pte::Kind::swap: return model::PteWord::swap;
    case Pte::Kind::migration: return model::PteWord::migration;
    }
    return model::PteWord::none;
}

// Two lists of VMAs that agree up to the names of anon_vmas; a chain that is not stated is not compared.
bool agree(const std::vector<model::ExpectedVma>& expected, const std::vector<model::ExpectedVma>& actual) {
    if (expected.size() != actual.size()) return false;
    std::map<std::string, std::string> there, back;
    auto same_name = [&](const std::string& e, const std::string& a) {
        if (e.empty() || a.empty()) return e.empty() && a.empty();
        return there.try_emplace(e, a).first->second == a && back.try_emplace(a, e).first->second == e;
    };
    for (std::size_t i = 0; i < expected.size(); ++i) {
        const auto &e = expected[i], &a = actual[i];
        if (e.start != a.start || e.end != a.end || e.prot != a.prot || e.pgoff != a.pgoff) return false;
        if (!same_name(e.anon, a.anon)) return false;
        if (e.chain.empty()) continue;
        if (e.chain.size() != a.chain.size()) return false;
        for (std::size_t c = 0; c < e.chain.size(); ++c)
            if (!same_name(e.chain[c], a.chain[c])) return false;
    }
    return true;
}

struct Check {
    const Session& session;
    std::span<const Verdict> walked;
    const Kernel& k = session.machines.front().kernel;

    Wrong operator()(const model::VmasAre& e) const {
        const auto actual = vmas_of(k, e.pid);
        if (agree(e.vmas, actual)) return {};
        return "they are: " + model::to_text(model::Expectation{0, 0, model::VmasAre{e.pid, actual}});
    }
    Wrong operator()(const model::AllBelow&) const { return {}; } // run_trace() heeds it
    Wrong operator()(const model::KsmCounterIs& e) const {
        const std::int64_t v = model::value_of(model::ksm_counters(k), e.counter);
        if (v == e.value) return {};
        return fmt::format("it is {}", v);
    }
    Wrong operator()(const model::FolioIndexIs& e) const {
        Id<Folio> f = folio(k, e.page);
        if (!f) return "no page is mapped there";
        if (k.folios[f].index.n == e.index) return {};
        return fmt::format("it is {:#x}", k.folios[f].index.n);
    }
    Wrong operator()(const model::SameFolio& e) const {
        if (folio(k, e.a) && folio(k, e.a) == folio(k, e.b)) return {};
        return "they map different pages, or none";
    }
    Wrong operator()(const model::DifferentFolio& e) const {
        if (folio(k, e.a) && folio(k, e.b) && folio(k, e.a) != folio(k, e.b)) return {};
        return "they map one page, or none";
    }
    Wrong operator()(const model::ByteIs& e) const {
        Id<Pte> p = entry(k, e.page);
        if (!p || k.ptes[p].kind == Pte::Kind::guard) return "the model knows no content there";
        const Pte& pte = k.ptes[p];
        const Id<Folio> f = pte.kind == Pte::Kind::swap ? k.swaps[pte.swap].folio : pte.folio;
        const int byte = f ? k.folios[f].byte : pte.kind == Pte::Kind::swap ? k.swaps[pte.swap].byte : 0;
        if (byte == e.byte) return {};
        return fmt::format("it is {:#x}", byte);
    }
    Wrong operator()(const model::PteIs& e) const {
        const model::PteWord w = word_for(k, e.page);
        if (w == e.pte) return {};
        return "it is " + std::string(model::pte_words[static_cast<std::size_t>(w)]);
    }

    Wrong operator()(const model::Stale& e) const {
        const Strategy* strategy = find_strategy(e.strategy.v);
        if (!strategy) return "there is no such strategy";
        if (!is_asked(strategy)) return {};
        const std::vector<MappedAt> now = stale_for(session, *strategy);
        const Driven* course = session.course_of(*strategy);
        if (now == entries(e.entries) && (!now.empty() || !course || course->stopped.empty())) return {};
        if (!now.empty()) return "these are " + to_text(now);
        return course && !course->stopped.empty() ? "cannot tell: " + course->stopped : "nothing is stale";
    }

    bool is_asked(const Strategy* s) const {
        return std::ranges::find(session.strategies, s) != session.strategies.end();
    }
    const Verdict* of(const model::StrategyName& name) const {
        auto v = std::ranges::find_if(walked, [&](const Verdict& each) { return each.strategy->name == name.v; });
        return v == walked.end() ? nullptr : &*v;
    }
    static std::vector<MappedAt> entries(const std::vector<PageAt>& list) {
        std::vector<MappedAt> m;
        for (PageAt p : list) m.push_back({p.pid, model::vpn(p.address)});
        std::ranges::sort(m);
        return m;
    }
    Wrong operator()(const model::Misses& e) const {
        return on(e.strategy, [&](const Verdict& v) -> Wrong {
            if (v.missed == entries(e.entries)) return {};
            return v.missed.empty() ? "it misses nothing" : "it misses " + to_text(v.missed);
        });
    }
    Wrong operator()(const model::Regressed& e) const {
        return on(e.strategy, [&](const Verdict& v) -> Wrong {
            if (v.regressed == entries(e.entries)) return {};
            if (!v.regressed.empty()) return "these are " + to_text(v.regressed);
            return fmt::format("it finds all that {} finds", reference(*v.strategy->kind).name);
        });
    }
    Wrong operator()(const model::Finds& e) const {
        return on(e.strategy, [&](const Verdict& v) -> Wrong {
            if (v.missed.empty()) return {};
            return "it misses " + to_text(v.missed);
        });
    }
    Wrong operator()(const model::Passes& e) const { return lives(e.strategy, Lifetime::point); }
    Wrong operator()(const model::Heals& e) const { return lives(e.strategy, Lifetime::heals); }
    Wrong operator()(const model::Stays& e) const { return lives(e.strategy, Lifetime::stays); }
    Wrong operator()(const model::Walked& e) const {
        return on(e.strategy, [&](const Verdict& v) { return counted(e, v.cost.all); });
    }
    template <class Loop> Wrong operator()(const Loop& e) const { // model::Loop
        return on(e.strategy, [&](const Verdict& v) { return counted(e, v.cost.longest); });
    }

    template <class F> Wrong on(const model::StrategyName& name, F&& f) const {
        const Strategy* strategy = find_strategy(name.v);
        if (!strategy) return "there is no such strategy";
        if (!is_asked(strategy)) return {};
        const Verdict* v = of(name);
        return v ? f(*v) : Wrong("no page was walked on the line before");
    }
    Wrong lives(const model::StrategyName& name, Lifetime lifetime) const {
        return on(name, [&](const Verdict& v) -> Wrong {
            if (v.lifetime == lifetime) return {};
            if (v.missed.empty()) return "it misses nothing";
            return fmt::format("the miss {}", to_string(v.lifetime));
        });
    }
    template <class E> static Wrong counted(const E& e, const model::WalkCounts& c) {
        if (c == model::WalkCounts{e.visited, e.skipped_address, e.skipped_mm}) return {};
        return fmt::format("it counts {} {} {}", c.visited, c.skipped_address, c.skipped_mm);
    }
};

std::string prot_text(std::uint64_t flags) {
    std::string s = "---p";
    if (flags & model::VM_READ) s[0] = 'r';
    if (flags & model::VM_WRITE) s[1] = 'w';
    if (flags & model::VM_EXEC) s[2] = 'x';
    if (flags & model::VM_MAYSHARE) s[3] = 's';
    return s;
}

} // namespace

std::string to_text(MappedAt at) { return fmt::format("{}:{:#x}", at.pid, model::address(at.page)); }

std::string to_text(std::span<const MappedAt> list) {
    std::string s;
    for (MappedAt at : list) s += fmt::format("{}{}", s.empty() ? "" : " ", to_text(at));
    return s;
}

std::vector<model::ExpectedVma> vmas_of(const Kernel& k, Pid pid) {
    std::vector<model::ExpectedVma> list;
    std::map<Id<model::AnonVma>, std::string> names;
    auto name = [&](Id<model::AnonVma> a) {
        return names.try_emplace(a, fmt::format("A{}", names.size() + 1)).first->second;
    };
    Id<model::Mm> mm = process(k, pid);
    if (!mm) return list;
    for (auto v = k.mms[mm].vmas.first(k.vmas); v; v = k.mms[mm].vmas.next(k.vmas, v)) {
        const model::Vma& vma = k.vmas[v];
        model::ExpectedVma e{model::address(vma.range.start),
                             model::address(vma.range.end),
                             prot_text(vma.flags),
                             vm_pgoff(vma.range).n,
                             {},
                             {}};
        if (vma.anon_vma) e.anon = name(vma.anon_vma);
        for (auto a = vma.chain; a; a = k.avcs[a].next) e.chain.push_back(name(k.avcs[a].anon_vma));
        list.push_back(std::move(e));
    }
    return list;
}

std::vector<MappedAt> stale_for(const Session& session, const Strategy& s) {
    std::vector<MappedAt> all;
    const Kernel* k = session.driven_by(s);
    if (!k) return all;
    for (const model::EntryAt& e : model::stale_entries(*k)) all.push_back({e.pid, e.page});
    return all;
}

std::optional<std::string> unmet(const model::Expectation& e, const Session& session, std::span<const Verdict> walked) {
    return std::visit(Check{session, walked}, e.kind);
}

} // namespace checker::inline judge
