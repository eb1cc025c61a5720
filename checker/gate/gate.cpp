#include "checker/gate/gate.h"

#include <fmt/format.h>

#include <algorithm>

#include "checker/support/interrupt.h"

namespace checker::inline gate {
namespace {

void ask(AskedTier& asked, TierRequest& request) {
    if (interrupted()) {
        asked.evidence.skipped = "interrupted";
        return;
    }
    request.budget = asked.budget;
    asked.evidence = asked.tier->run(request);
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

HeldTo held_to(const TierRequest& request, const Strategy& s) {
    return {s.claim, request.candidate, &s == &reference(*s.kind), true};
}

std::vector<Conclusion> conclude(const TierRequest& request, const std::vector<AskedTier>& asked, bool all_asked) {
    std::vector<Conclusion> conclusions;
    for (const Strategy* s : request.strategies) {
        Conclusion& c = conclusions.emplace_back(Conclusion{s});
        std::vector<Seen> seen;
        for (const AskedTier& a : asked)
            for (const Evidence& e : a.evidence.rows) {
                if (e.strategy != s) continue;
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
    return std::ranges::any_of(
        tiers, [](const AskedTier& a) { return std::ranges::any_of(a.evidence.faults, &Fault::defect); });
}

bool GateReport::failed() const {
    return std::ranges::any_of(conclusions, is_failure, &Conclusion::standing) ||
           std::ranges::any_of(tiers, [](const AskedTier& a) { return !a.evidence.faults.empty(); });
}

CommandWords GateReport::reproduce() const {
    for (const AskedTier& a : tiers)
        if (!a.evidence.faults.empty()) return a.evidence.faults.front().reproduce;
    for (const Conclusion& c : conclusions)
        if (is_failure(c.standing)) return c.why ? c.why->reproduce : CommandWords{"rmapcheck", "gate"};
    return {};
}

GateReport run_gate(std::vector<AskedTier> tiers, TierRequest request) {
    GateReport report;
    report.tiers = std::move(tiers);
    for (AskedTier& a : report.tiers) ask(a, request);
    report.cannot_tell = why_not_all(report.tiers);
    const bool some_left_out = std::ranges::any_of(report.tiers, &AskedTier::named);
    report.conclusions = conclude(request, report.tiers, report.cannot_tell.empty() && !some_left_out);
    for (const Conclusion& c : report.conclusions)
        if (c.standing == Standing::cannot_tell && report.cannot_tell.empty())
            report.cannot_tell = why_open(c, report.tiers);
    return report;
}

} // namespace checker::inline gate
