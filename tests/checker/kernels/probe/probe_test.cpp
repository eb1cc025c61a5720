// What a kernel does is found out by probes; here the kernel is the model under other rules.
#include "checker/kernels/probe/probe.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "checker/kernels/agent/embedded.h"
#include "checker/kernels/running/replay.h"
#include "checker/kernels/sight/picture.h"
#include "model/process.h"

namespace checker::kernels {
namespace {

// What is seen of a trace by an observer who sees least: results and the borders of VMAs.
std::vector<std::string> seen(const model::Trace& trace, const model::Rules& rules) {
    model::Config config;
    config.rules = rules;
    model::Kernel k = model::boot(config);
    std::vector<std::string> all;
    for (const model::Step& step : trace.steps) {
        all.push_back(model::to_text(model::play(k, step)));
        Picture p = picture_of(k);
        p.level = Level::maps;
        for (const ProcessPicture& process : p.processes)
            for (const auto& v : process.vmas) all.push_back(std::to_string(v.start) + "-" + std::to_string(v.end));
    }
    return all;
}

Ask model_under(const model::Rules& rules) {
    return [rules](std::span<const Trial> trials) {
        std::vector<TrialAnswer> answers;
        for (const Trial& t : trials)
            answers.push_back(seen(t.trace, rules) == seen(t.trace, t.rules) ? TrialAnswer::agrees
                                                                             : TrialAnswer::differs);
        return answers;
    };
}

TEST(Probe, EveryRuleHasOne) {
    for (const model::RuleName& r : model::rule_names)
        EXPECT_TRUE(std::ranges::any_of(probes(), [&](const Probe& p) { return p.rule == r.field; })) << r.name;
}

TEST(Probe, FindsTheRulesOfEveryRowFromEveryOther) {
    for (const model::KernelVersion& assumed : model::kernel_versions())
        for (const model::KernelVersion& real : model::kernel_versions()) {
            const FoundRules found = find_rules(assumed.rules, model_under(real.rules));
            EXPECT_EQ(model::describe(found.rules), real.name) << "taken for " << assumed.name;
            EXPECT_EQ(found.remarks.empty(), &assumed == &real);
        }
}

TEST(Probe, FindsOneRuleThatIsOtherwise) {
    for (const model::KernelVersion& row : model::kernel_versions())
        for (const model::RuleName& r : model::rule_names) {
            model::Rules odd = row.rules;
            odd.*r.field = !(odd.*r.field);
            const FoundRules found = find_rules(row.rules, model_under(odd));
            EXPECT_EQ(found.rules, odd) << row.name << " but for " << r.name;
            ASSERT_EQ(found.remarks.size(), 1u);
            EXPECT_EQ(found.remarks[0].find(r.name), 0u) << found.remarks[0];
        }
}

TEST(Probe, SaysWhatItCouldNotTell) {
    const model::Rules& assumed = model::default_version().rules;
    for (const TrialAnswer answer : {TrialAnswer::differs, TrialAnswer::not_played}) {
        const FoundRules found = find_rules(
            assumed, [&](std::span<const Trial> trials) { return std::vector<TrialAnswer>(trials.size(), answer); });
        EXPECT_EQ(found.rules, assumed);
        EXPECT_EQ(found.remarks.size(), probes().size());
        for (const std::string& remark : found.remarks)
            EXPECT_NE(remark.find("could not be told"), std::string::npos) << remark;
    }
}

// The running kernel, taken for every row in turn.
TEST(Replay, ProbesFindTheRunningKernelsRules) {
    Lab lab = open_lab({});
    if (agent_file().empty()) GTEST_SKIP() << "the agent was not built for this machine";
    if (!lab.ksm) GTEST_SKIP() << lab.why_no_ksm;
    for (const model::KernelVersion& assumed : model::kernel_versions()) {
        const FoundRules found = probe_rules(lab, assumed.rules);
        EXPECT_EQ(model::describe(found.rules), model::describe(lab.rules)) << "taken for " << assumed.name;
    }
}

} // namespace
} // namespace checker::kernels
