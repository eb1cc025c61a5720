#include "checker/report/gate.h"

#include <fmt/format.h>

#include "checker/report/text.h"
#include "checker/support/quote.h"

namespace checker::inline report {
namespace {

std::string refuted_by(const Conclusion& c) {
    if (!c.why || c.standing == Standing::reference) return "";
    return c.why->operations ? fmt::format("{} ({} operations)", c.why->by, *c.why->operations) : c.why->by;
}

std::string table(const GateReport& report) {
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

} // namespace

std::string gate_text(const GateReport& report, bool brief) {
    std::string text;
    for (const AskedTier& a : report.tiers)
        for (const Fault& f : a.evidence.faults) text += f.what + "\n";
    text += table(report);
    if (!brief) text += "\n";
    for (const AskedTier& a : report.tiers) {
        if (!brief && !a.evidence.summary.empty()) text += a.evidence.summary + "\n";
        if (!a.evidence.skipped.empty()) text += fmt::format("{}: skipped: {}\n", a.tier->name, a.evidence.skipped);
    }
    for (const Conclusion& c : report.conclusions) {
        if (is_failure(c.standing) && c.why && !c.why->trace.empty()) text += fmt::format("\n{}\n", c.why->trace);
        if (c.standing == Standing::not_caught)
            text += fmt::format("{} is known to be wrong and was not caught\n", c.strategy->name);
    }
    return text;
}

nlohmann::json gate_json(const GateReport& report, const TierRequest& request) {
    nlohmann::json rows = nlohmann::json::array(), j;
    for (const Conclusion& c : report.conclusions) {
        rows.push_back({{"strategy", c.strategy->name}, {"verdict", to_string(c.standing)}, {"reproduce", nullptr}});
        if (c.why && !c.why->reproduce.empty()) rows.back()["reproduce"] = command_line(c.why->reproduce);
    }
    j["strategies"] = rows;
    for (const AskedTier& a : report.tiers) j[a.tier->name] = tier_json(a, request);
    return j;
}

} // namespace checker::inline report
