#include "checker/report/gate.h"

#include <fmt/format.h>

#include <algorithm>

#include "checker/report/text.h"
#include "checker/support/quote.h"
#include "model/text/printable.h"

namespace checker::inline report {
namespace {

std::string refuted_by(const Conclusion& c) {
    if (!c.why || c.standing == Standing::reference) return "";
    return c.why->operations ? fmt::format("{} ({} operations)", c.why->by, *c.why->operations) : c.why->by;
}

std::string table(const RulesReport& report) {
    std::vector<std::vector<std::string>> rows(1, {"strategy", "verdict"});
    for (const AskedTier& a : report.tiers)
        if (!a.evidence.rows.empty()) rows[0].insert(rows[0].end(), a.tier->columns.begin(), a.tier->columns.end());
    rows[0].push_back("refuted by");
    for (const Conclusion& c : report.conclusions) {
        std::vector<std::string>& row =
            rows.emplace_back(std::vector{std::string(c.strategy->name), std::string(to_string(c.standing))});
        for (const AskedTier& a : report.tiers)
            for (const Evidence& e : a.evidence.rows)
                if (e.strategy == c.strategy) row.insert(row.end(), e.cells.begin(), e.cells.end());
        row.push_back(refuted_by(c));
    }
    return table_text(rows);
}

// What would follow if this tier had been alone. The reference, which nothing is held against, "holds".
std::string_view word_of(const Evidence& e, const TierRequest& request) {
    const Seen seen[] = {e.seen};
    switch (const Standing standing = decide(held_to(request, *e.strategy), seen)) {
    case Standing::reference: return to_string(Standing::holds);
    case Standing::refuted_as_known: return to_string(Standing::refuted);
    default: return to_string(standing);
    }
}

nlohmann::json tier_json(const AskedTier& asked, const TierRequest& request) {
    const TierEvidence& evidence = asked.evidence;
    nlohmann::json j = evidence.figures;
    nlohmann::json rows = nlohmann::json::array(), failures = nlohmann::json::array();
    for (const Evidence& e : evidence.rows) {
        rows.push_back(e.figures.is_null() ? nlohmann::json::object() : e.figures);
        rows.back()["strategy"] = e.strategy->name;
        rows.back()["verdict"] = word_of(e, request);
    }
    for (const Fault& f : evidence.faults) failures.push_back(f.what);
    if (!rows.empty()) j["strategies"] = rows;
    if (evidence.skipped.empty()) j["failures"] = failures;
    if (!evidence.cannot_tell.empty()) j["cannot_tell"] = evidence.cannot_tell;
    if (!evidence.skipped.empty()) j["skipped"] = evidence.skipped;
    return j;
}

// What is said under the rules of one kernel. Of a tier that does not ask for them, once is enough.
std::string rules_text(const RulesReport& r, bool first, bool brief) {
    std::string text = table(r);
    if (!brief) text += "\n";
    for (const AskedTier& a : r.tiers) {
        if (!first && !a.tier->of_rules) continue;
        if (!brief && !a.evidence.summary.empty()) text += a.evidence.summary + "\n";
        if (!a.evidence.skipped.empty())
            text += fmt::format("{}: skipped: {}\n", a.tier->name, model::printable(a.evidence.skipped));
    }
    for (const Conclusion& c : r.conclusions) {
        if (is_failure(c.standing) && c.why && !c.why->trace.empty()) text += fmt::format("\n{}\n", c.why->trace);
        if (c.standing == Standing::not_caught)
            text += fmt::format("{} is known to be wrong and was not caught\n", c.strategy->name);
    }
    return text;
}

constexpr std::size_t traces_named = 3;

std::string only_text(const std::vector<std::string>& traces, const RulesReport& where) {
    if (traces.empty()) return "";
    std::string names;
    for (std::size_t i = 0; i < std::min(traces.size(), traces_named); ++i)
        names += fmt::format("{}{}", i ? ", " : "", model::printable(traces[i]));
    const std::size_t more = traces.size() - std::min(traces.size(), traces_named);
    return fmt::format("\n  under the rules of {} alone it loses an entry in {}{}", where.version->name, names,
                       more ? fmt::format(" and {} more", more) : "");
}

std::string difference_text(const RulesDiffer& d) {
    std::string text = fmt::format("{}: ", d.strategy->name);
    if (d.standing_here == d.standing_there)
        text += fmt::format("{} under both", to_string(d.standing_here));
    else
        text += fmt::format("{} under the rules of {}, {} under those of {}", to_string(d.standing_here),
                            d.here->version->name, to_string(d.standing_there), d.there->version->name);
    return text + only_text(d.only_here, *d.here) + only_text(d.only_there, *d.there) + "\n";
}

nlohmann::json rules_json(const RulesReport& r, const TierRequest& request, bool first) {
    nlohmann::json rows = nlohmann::json::array(), j;
    for (const Conclusion& c : r.conclusions) {
        rows.push_back({{"strategy", c.strategy->name}, {"verdict", to_string(c.standing)}, {"reproduce", nullptr}});
        if (c.why && !c.why->reproduce.empty()) rows.back()["reproduce"] = command_line(c.why->reproduce);
    }
    j["rules"] = r.version->name;
    j["strategies"] = rows;
    for (const AskedTier& a : r.tiers)
        if (first || a.tier->of_rules) j[a.tier->name] = tier_json(a, request);
    return j;
}

} // namespace

std::string gate_text(const GateReport& report, bool brief) {
    std::string text;
    for (const RulesReport& r : report.under)
        for (const AskedTier& a : r.tiers)
            for (const Fault& f : a.evidence.faults)
                if (&r == &report.under.front() || a.tier->of_rules) text += f.what + "\n";
    const bool several = report.under.size() > 1;
    for (const RulesReport& r : report.under) {
        const bool first = &r == &report.under.front();
        if (several) text += fmt::format("{}rules of {}\n", first ? "" : "\n", r.version->name);
        text += rules_text(r, first, brief);
    }
    if (!several) return text;
    const std::vector<RulesDiffer> differences = report.differences();
    text += differences.empty() ? "\nno verdict differs\n" : "\nwhat differs\n";
    for (const RulesDiffer& d : differences) text += difference_text(d);
    return text;
}

nlohmann::json gate_json(const GateReport& report, const TierRequest& request) {
    nlohmann::json j, also = nlohmann::json::array(), differences = nlohmann::json::array();
    for (const RulesReport& r : report.under)
        if (&r == &report.under.front())
            j = rules_json(r, request, true);
        else
            also.push_back(rules_json(r, request, false));
    for (const RulesDiffer& d : report.differences())
        differences.push_back({{"strategy", d.strategy->name},
                               {"rules", {d.here->version->name, d.there->version->name}},
                               {"verdicts", {to_string(d.standing_here), to_string(d.standing_there)}},
                               {"lost_only_in", {d.only_here, d.only_there}}});
    j["also"] = also;
    j["differences"] = differences;
    return j;
}

} // namespace checker::inline report
