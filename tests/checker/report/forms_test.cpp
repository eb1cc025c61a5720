// Findings of made-up guests, in the forms that other programs read.
#include "checker/report/forms.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "checker/report/findings.h"
#include "tests/document.h"

namespace checker::inline report {
namespace {

using testing::HasSubstr;

// Three traces: one is whole, one loses an entry, one was not played.
kernels::uml::Findings three_traces() {
    kernels::uml::Findings f;
    f.tree = "a <tree>";
    f.version = "7.3.4";
    f.verdicts.resize(3);
    f.verdicts[0].name = "whole.trace";
    f.verdicts[1].name = "loses & \"more\".trace";
    f.verdicts[1].lost.push_back(
        {7, kernels::uml::Occasion::walk, {2, model::Vpn{0x10}}, kernels::uml::Lasting::stays});
    f.verdicts[2].name = "not.trace";
    f.verdicts[2].not_judged = "needs # two\x1b[31m nodes";
    return f;
}

TEST(Forms, KtapNumbersTheTracesAndHasOneDirective) {
    const std::string text = findings_ktap(three_traces());
    EXPECT_THAT(text, testing::StartsWith("KTAP version 1\n"));
    EXPECT_THAT(text, HasSubstr("\n1..3\nok 1 whole.trace\n"));
    EXPECT_THAT(text, HasSubstr("\n# line 7: 2:0x10000 is mapped and not found (stays)\nnot ok 2 loses"));
    EXPECT_THAT(text, HasSubstr("\nok 3 not.trace # SKIP needs \\# two"));
    EXPECT_EQ(text.find('\x1b'), std::string::npos);
}

TEST(Forms, JunitIsQuotedAndCounted) {
    const std::string text = findings_junit(three_traces());
    EXPECT_THAT(text, HasSubstr("name=\"Linux 7.3.4 (a &lt;tree&gt;)\" tests=\"3\" failures=\"1\" skipped=\"1\""));
    EXPECT_THAT(text,
                HasSubstr("name=\"loses &amp; &quot;more&quot;.trace\">\n    <failure message=\"line 7: 2:0x10000"));
    EXPECT_THAT(text, HasSubstr("name=\"whole.trace\"/>"));
    EXPECT_EQ(text.find('\x1b'), std::string::npos);
}

TEST(Forms, SarifNamesTraceAndLine) {
    const nlohmann::json doc = findings_sarif(three_traces());
    const auto& results = doc.at("runs").at(0).at("results");
    ASSERT_EQ(results.size(), 1u);
    const auto& place = results[0].at("locations").at(0).at("physicalLocation");
    EXPECT_EQ(place.at("artifactLocation").at("uri"), "loses & \"more\".trace");
    EXPECT_EQ(place.at("region").at("startLine"), 7);
    EXPECT_EQ(results[0].at("ruleId"), doc.at("runs").at(0).at("tool").at("driver").at("rules").at(0).at("id"));
}

TEST(Forms, B4GetsFailPassOrWarn) {
    kernels::uml::Findings f = three_traces();
    EXPECT_EQ(check_result(f).at("status"), "fail");
    EXPECT_THAT(check_result(f).at("summary").get<std::string>(), HasSubstr("refuted: 1 entries lost"));
    f.verdicts.erase(f.verdicts.begin() + 1);
    f.verdicts[0].pages = 1;
    EXPECT_EQ(check_result(f).at("status"), "pass");
    f.same_kernel = true;
    EXPECT_EQ(check_result(f).at("status"), "warn");
}

TEST(Documents, OfAKernel) {
    const nlohmann::json document = findings_json(three_traces());
    EXPECT_EQ(document.at("kernel").at("verdict"), "refuted");
    hand_over("gate-kernel.refuted", document);
}

TEST(Forms, AreThoseThatTheListNames) {
    for (const std::string& form : findings_forms())
        EXPECT_EQ(findings_in(form, three_traces()) == findings_text(three_traces()), form == "text") << form;
}

} // namespace
} // namespace checker::inline report
