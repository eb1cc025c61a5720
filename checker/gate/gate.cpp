#include "checker/gate/gate.h"

#include <fmt/format.h>

#include <algorithm>
#include <future>
#include <iterator>

#include "checker/support/interrupt.h"

namespace checker::inline gate {
namespace {

AskedTier answered(AskedTier asked, TierRequest& request) {
    request.budget = asked.budget;
    if (interrupted())
        asked.evidence.skipped = "interrupted";
    else
        asked.evidence = asked.tier->run(request);
    return asked;
}

// Why not everything was seen that should have been; empty: it was.
std::string why_not_all(const std::vector<AskedTier>& tiers) {
    std::string why;
    for (const AskedTier& a : tiers) {
        if (!a.evidence.cannot_tell.empty()) why = a.evidence.cannot_tell;
        if (a.named && !a.evidence.skipped.empty()) why = a.tier->name + ": " + a.evidence.skipped;
    }
    return why.empty() && interrupted() ? "interrupted" : why;
}

// Of a strategy that stands open, the tier that left it so.
std::string why_open(const Conclusion& c, const std::vector<AskedTier>& tiers) {
    for (const AskedTier& a : tiers)
        for (const Evidence& e : a.evidence.rows)
            if (e.strategy == c.strategy && e.seen == Seen::open)
                return fmt::format("{}: {} is left open", a.tier->name, c.strategy->name);
    return fmt::format("the tiers that ran did not refute {}", c.strategy->name);
}

} // namespace

model::Config config_of(const TierRequest& request) {
    model::Config config;
    config.rules = request.version->rules;
    return config;
}

HeldTo held_to(const TierRequest& request, const Strategy& s) {
    return {claim_under(s, request.version->rules), request.candidate, is_reference(s) && s.claim != Claim::exact,
            true};
}

std::vector<Conclusion> conclude(const TierRequest& request, const std::vector<AskedTier>& asked, bool all_asked) {
    std::vector<Conclusion> conclusions;
    for (const Strategy* s : request.strategies) {
        Conclusion& c = conclusions.emplace_back(Conclusion{s});
        std::vector<Seen> seen;
        for (const AskedTier& a : asked)
            for (const Evidence& e : a.evidence.rows) {
                if (e.strategy != s) continue;
                if (!a.tier->of_rules && claim_under(*s, request.version->rules) != s->claim) continue; // of others
                seen.push_back(e.seen);
                if (e.seen != Seen::refuted || !e.refutation) continue;
                const auto length = [](const Refutation& r) { return r.operations.value_or(SIZE_MAX); };
                if (!c.why || length(*e.refutation) < length(*c.why)) c.why = &*e.refutation;
            }
        HeldTo held = held_to(request, *s);
        held.all_asked = all_asked;
        c.standing = decide(held, seen);
    }
    return conclusions;
}

bool GateReport::defect() const {
    return std::ranges::any_of(under, [](const RulesReport& r) {
        return std::ranges::any_of(
            r.tiers, [](const AskedTier& a) { return std::ranges::any_of(a.evidence.faults, &Fault::defect); });
    });
}

bool GateReport::failed() const {
    return std::ranges::any_of(under, [](const RulesReport& r) {
        return std::ranges::any_of(r.conclusions, is_failure, &Conclusion::standing) ||
               std::ranges::any_of(r.tiers, [](const AskedTier& a) { return !a.evidence.faults.empty(); });
    });
}

CommandWords GateReport::reproduce() const {
    for (const RulesReport& r : under)
        for (const AskedTier& a : r.tiers)
            if (!a.evidence.faults.empty()) return a.evidence.faults.front().reproduce;
    for (const RulesReport& r : under)
        for (const Conclusion& c : r.conclusions)
            if (is_failure(c.standing)) return c.why ? c.why->reproduce : CommandWords{"rmapcheck", "gate"};
    return {};
}

std::vector<RulesDiffer> GateReport::differences() const {
    const auto refuting = [](const RulesReport& r, const Strategy* s) {
        std::vector<std::string> traces;
        for (const AskedTier& a : r.tiers)
            for (const Evidence& e : a.evidence.rows)
                if (e.strategy == s) traces.insert(traces.end(), e.refuted_in.begin(), e.refuted_in.end());
        std::ranges::sort(traces);
        return traces;
    };
    const auto without = [](const std::vector<std::string>& a, const std::vector<std::string>& b) {
        std::vector<std::string> rest;
        std::ranges::set_difference(a, b, std::back_inserter(rest));
        return rest;
    };
    std::vector<RulesDiffer> all;
    for (std::size_t other = 1; other < under.size(); ++other)
        for (std::size_t i = 0; i < under[0].conclusions.size(); ++i) {
            const Conclusion &here = under[0].conclusions[i], &there = under[other].conclusions[i];
            const auto by_here = refuting(under[0], here.strategy), by_there = refuting(under[other], here.strategy);
            RulesDiffer d{here.strategy,
                          &under[0],
                          &under[other],
                          here.standing,
                          there.standing,
                          without(by_here, by_there),
                          without(by_there, by_here)};
            if (d.standing_here == Standing::reference) continue;
            if (d.standing_here != d.standing_there || !d.only_here.empty() || !d.only_there.empty())
                all.push_back(std::move(d));
        }
    return all;
}

GateReport run_gate(const std::vector<AskedTier>& tiers, TierRequest request,
                    std::vector<const model::KernelVersion*> versions) {
    GateReport report;
    if (versions.empty()) versions.push_back(request.version);
    // What the rules do not decide is asked once, beside the others: it mostly waits for the kernel.
    std::vector<std::future<AskedTier>> beside;
    for (const AskedTier& t : tiers)
        if (!t.tier->of_rules)
            beside.push_back(std::async(std::launch::async, [t, request]() mutable { return answered(t, request); }));
    for (const model::KernelVersion* version : versions) {
        request.version = version;
        RulesReport& now = report.under.emplace_back(RulesReport{version, tiers, {}});
        for (AskedTier& asked : now.tiers)
            if (asked.tier->of_rules) {
                asked.budget /= static_cast<double>(versions.size());
                asked = answered(asked, request);
            }
    }
    std::vector<AskedTier> once;
    for (auto& b : beside) once.push_back(b.get());
    for (RulesReport& r : report.under) {
        auto next = once.begin();
        for (AskedTier& asked : r.tiers)
            if (!asked.tier->of_rules) asked = *next++;
        if (report.cannot_tell.empty()) report.cannot_tell = why_not_all(r.tiers);
    }
    const bool some_left_out = std::ranges::any_of(tiers, &AskedTier::named);
    const bool all_asked = report.cannot_tell.empty() && !some_left_out;
    for (RulesReport& r : report.under) {
        request.version = r.version;
        r.conclusions = conclude(request, r.tiers, all_asked);
        for (const Conclusion& c : r.conclusions)
            if (c.standing == Standing::cannot_tell && report.cannot_tell.empty())
                report.cannot_tell = why_open(c, r.tiers);
    }
    return report;
}

} // namespace checker::inline gate
