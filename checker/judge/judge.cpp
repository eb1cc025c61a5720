#include "checker/judge/judge.h"

#include <algorithm>
#include <map>

#include "checker/judge/ksm_entries.h"
#include "checker/judge/lifetimes.h"
#include "checker/judge/truth.h"
#include "model/ops/page_of.h"

namespace checker::inline judge {
namespace {

using model::Folio;
using model::Id;
using model::Kernel;

// Every strategy that this machine is for.
void judge_on(const Machine& m, Id<Folio> folio, const std::vector<MappedAt>& truth, MappedAt page, std::uint32_t line,
              std::vector<Verdict>& out) {
    for (const Strategy* s : m.strategies) {
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
    if (walk.found == truth) return verdict_on(s, walk, truth, {});
    return verdict_on(s, walk, truth, reference(*s.kind).walk(k, folio).found);
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

model::Result play(Session& session, const model::Step& step) {
    const model::Result first = model::play(session.machines.front().kernel, step);
    for (std::size_t i = 1; i < session.machines.size(); ++i) model::play(session.machines[i].kernel, step);
    return first;
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

std::vector<Verdict> judge_all_ksm_pages(const Session& session, std::uint32_t line, Lifetimes how) {
    std::vector<Verdict> verdicts;
    for (const Machine& m : session.machines) {
        std::vector<KsmEntry> entries;
        read_ksm_entries(m.kernel, entries);
        std::map<Id<Folio>, std::vector<MappedAt>> truth;
        for (const KsmEntry& e : entries) truth[e.folio].push_back(e.at);
        for (const auto& [folio, mapped] : truth) judge_on(m, folio, mapped, mapped.front(), line, verdicts);
    }
    if (how == Lifetimes::find) find_lifetimes(session, verdicts);
    in_order_of_catalogue(verdicts);
    return verdicts;
}

} // namespace checker::inline judge
