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

// Is there no difference, to an observer who sees all?
bool same(const model::Trace& trace, const model::Rules& a, const model::Rules& b) {
    model::Config config;
    config.rules = a;
    model::Kernel one = model::boot(config);
    config.rules = b;
    model::Kernel other = model::boot(config);
    for (const model::Step& step : trace.steps) {
        if (model::play(one, step) != model::play(other, step)) return false;
        if (!compare(picture_of(one), picture_of(other)).empty()) return false;
    }
    return true;
}

Ask model_under(const model::Rules& rules) {
    return [rules](std::span<const Trial> trials) {
        std::vector<TrialAnswer> answers;
        for (const Trial& t : trials)
            answers.push_back(same(t.trace, rules, t.rules) ? TrialAnswer::agrees : TrialAnswer::differs);
        return answers;
    };
}

// Rules that no probe tells.
bool untold(const model::RuleName& r) { return r.field == &model::Rules::mremap_counts_early; }

// Without guard regions it cannot be told, and does not matter, whether they would mark.
bool nothing_to_mark(const model::KernelVersion& row) { return !row.rules.guard_regions; }

TEST(Probe, EveryRuleHasOne) {
    for (const model::RuleName& r : model::rule_names)
        EXPECT_NE(std::ranges::any_of(probes(), [&](const Probe& p) { return p.rule == r.field; }), untold(r))
            << r.name;
}

TEST(Probe, FindsTheRulesOfEveryRowFromEveryOther) {
    for (const model::KernelVersion& assumed : model::kernel_versions())
        for (const model::KernelVersion& real : model::kernel_versions()) {
            const FoundRules found = find_rules(assumed.rules, model_under(real.rules));
            for (const model::RuleName& r : model::rule_names)
                if (!untold(r) && !(nothing_to_mark(real) && r.field == &model::Rules::guard_marks_vma))
                    EXPECT_EQ(found.rules.*r.field, real.rules.*r.field) << r.name << " of " << real.name;
            EXPECT_EQ(found.remarks.empty(), &assumed == &real);
        }
}

TEST(Probe, FindsOneRuleThatIsOtherwise) {
    for (const model::KernelVersion& row : model::kernel_versions())
        for (const model::RuleName& r : model::rule_names) {
            if (untold(r)) continue;
            if (nothing_to_mark(row) && r.field == &model::Rules::guard_marks_vma) continue;
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
        for (const Probe& p : probes()) {
            const bool by_structures = p.rule == &model::Rules::clone_reverses_chain;
            const bool by_swap = p.rule == &model::Rules::swap_in_sole_is_exclusive;
            if ((by_structures || by_swap) && (lab.eyes.level < Level::kernel || (by_swap && !lab.swap))) continue;
            EXPECT_EQ(found.rules.*p.rule, lab.rules.*p.rule) << p.trace << "taken for " << assumed.name;
        }
    }
}

} // namespace
} // namespace checker::kernels
