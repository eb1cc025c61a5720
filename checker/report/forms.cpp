#include "checker/report/forms.h"

#include <fmt/format.h>

#include "checker/gate/kernel.h"
#include "checker/report/findings.h"
#include "checker/report/json.h"
#include "model/text/printable.h"

namespace checker::inline report {
namespace {

using namespace kernels::uml;
using nlohmann::json;

// Why a trace speaks against the kernel, a line each.
std::vector<std::string> reasons(const TraceVerdict& v) {
    std::vector<std::string> all;
    for (const LostEntry& e : v.lost)
        all.push_back(
            fmt::format("line {}: {} is mapped and not found ({})", e.line, at_text(e.at), to_string(e.lasting)));
    for (const auto* list : {&v.failed, &v.complaints}) all.insert(all.end(), list->begin(), list->end());
    for (std::string& r : all) r = model::printable(r.substr(0, r.find('\n')));
    return all;
}

std::string in_xml(std::string_view text) {
    std::string out;
    for (const char c : model::printable(text)) switch (c) {
        case '&': out += "&amp;"; break;
        case '<': out += "&lt;"; break;
        case '>': out += "&gt;"; break;
        case '"': out += "&quot;"; break;
        default: out += c;
        }
    return out;
}

// Behind a # a consumer of KTAP reads directives.
std::string in_ktap(std::string_view text) {
    std::string out;
    for (const char c : model::printable(text)) out += c == '#' ? std::string("\\#") : std::string(1, c);
    return out;
}

} // namespace

std::string findings_ktap(const Findings& f) {
    std::string text = fmt::format("KTAP version 1\n# {}\n1..{}\n", in_ktap(findings_summary(f)), f.verdicts.size());
    std::size_t n = 0;
    for (const TraceVerdict& v : f.verdicts) {
        const std::vector<std::string> why = reasons(v);
        for (const std::string& r : why) text += fmt::format("# {}\n", r);
        text += fmt::format("{} {} {}", why.empty() ? "ok" : "not ok", ++n, in_ktap(v.name));
        if (!v.not_judged.empty() && why.empty()) text += fmt::format(" # SKIP {}", in_ktap(v.not_judged));
        text += "\n";
    }
    return text;
}

std::string findings_junit(const Findings& f) {
    std::string cases;
    std::size_t failures = 0, skipped = 0;
    for (const TraceVerdict& v : f.verdicts) {
        const std::vector<std::string> why = reasons(v);
        cases += fmt::format("  <testcase classname=\"rmapcheck\" name=\"{}\"", in_xml(v.name));
        if (!why.empty()) {
            ++failures;
            cases += fmt::format(">\n    <failure message=\"{}\">", in_xml(why.front()));
            for (const std::string& r : why) cases += in_xml(r) + "\n";
            cases += "</failure>\n  </testcase>\n";
        } else if (!v.not_judged.empty()) {
            ++skipped;
            cases += fmt::format(">\n    <skipped message=\"{}\"/>\n  </testcase>\n", in_xml(v.not_judged));
        } else
            cases += "/>\n";
    }
    return fmt::format(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
        "<testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" skipped=\"{}\" time=\"{:.3f}\">\n{}"
        "  <system-out>{}</system-out>\n</testsuite>\n",
        in_xml(fmt::format("Linux {} ({})", f.version, f.tree)), f.verdicts.size(), failures, skipped,
        f.candidate.build_seconds + f.candidate.play_seconds, cases, in_xml(findings_summary(f)));
}

json findings_sarif(const Findings& f) {
    json results = json::array();
    for (const TraceVerdict& v : f.verdicts) {
        const std::uint32_t line = v.lost.empty() ? 1 : std::max(1u, v.lost.front().line);
        for (const std::string& r : reasons(v))
            results.push_back({{"ruleId", "lost-entry"},
                               {"level", "error"},
                               {"message", {{"text", r}}},
                               {"locations",
                                {{{"physicalLocation",
                                   {{"artifactLocation", {{"uri", v.name}}}, {"region", {{"startLine", line}}}}}}}}});
    }
    const json rule{{"id", "lost-entry"},
                    {"shortDescription", {{"text", "rmap_walk_ksm() does not find an entry that maps the page"}}}};
    return {{"$schema", "https://json.schemastore.org/sarif-2.1.0.json"},
            {"version", "2.1.0"},
            {"runs",
             {{{"tool", {{"driver", {{"name", "rmapcheck"}, {"rules", {rule}}}}}},
               {"properties", {{"summary", findings_summary(f)}, {"kernel", f.version}}},
               {"results", results}}}}};
}

const std::vector<std::string>& findings_forms() {
    static const std::vector<std::string> forms{"text", "json", "ktap", "junit", "sarif"};
    return forms;
}

std::string findings_in(const std::string& form, const Findings& f) {
    if (form == "json") return json_text(findings_json(f)) + "\n";
    if (form == "ktap") return findings_ktap(f);
    if (form == "junit") return findings_junit(f);
    if (form == "sarif") return json_text(findings_sarif(f)) + "\n";
    return findings_text(f);
}

json check_result(const std::string& status, const std::string& summary, const std::string& details) {
    return {{"tool", "rmapcheck"}, {"status", status}, {"summary", summary}, {"details", details}};
}

json check_result(const Findings& f) {
    const Standing standing = standing_of(f);
    return check_result(standing == Standing::refuted ? "fail"
                        : standing == Standing::holds ? "pass"
                                                      : "warn",
                        findings_summary(f), findings_text(f));
}

} // namespace checker::inline report
