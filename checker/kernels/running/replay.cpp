#include "checker/kernels/running/replay.h"

#include <sys/utsname.h>

#include <algorithm>
#include <cstdio>
#include <fstream>

#include <fmt/format.h>

#include "checker/facets/effects.h"
#include "checker/kernels/agent/protocol.h"
#include "checker/kernels/ksm/left_over.h"
#include "checker/kernels/sight/reach.h"

namespace checker::kernels {
namespace {

// Which rules hold on the running kernel, or are to be held against it.
void choose_rules(Lab& lab, const model::KernelVersion* against) {
    utsname name{};
    uname(&name);
    lab.release = name.release;
    const model::RulesOf known = model::rules_of(lab.release);
    lab.rules = known.row->rules;
    if (against && against != known.row) {
        lab.rules = against->rules;
        lab.remarks = {fmt::format("the rules of {} are held against {}", against->name, lab.release)};
    } else if (!known.remark.empty()) {
        FoundRules found = probe_rules(lab, lab.rules);
        lab.rules = found.rules;
        lab.remarks = std::move(found.remarks);
        lab.remarks.insert(lab.remarks.begin(), known.remark);
    }
}

ReplayReport skipped(std::string reason) {
    ReplayReport r;
    r.reason = std::move(reason);
    return r;
}

// capabilities(7): CAP_SYS_RAWIO is bit 17. Where it cannot be read, nothing is excused.
bool may_map_low_pages() {
    std::ifstream in("/proc/self/status");
    for (std::string word; in >> word;)
        if (std::uint64_t effective = 0; word == "CapEff:" && in >> std::hex >> effective) return effective >> 17 & 1;
    return true;
}

std::string text_of(const model::Result& r) { return model::to_text(r); }

} // namespace

Lab open_lab(const LabOptions& options) {
    Lab lab;
    lab.repaired = put_back_left_overs(); // before anything is saved
    lab.eyes = open_eyes(options.level);
    if (auto ksm = KsmControl::acquire(options.force))
        lab.ksm.emplace(*std::move(ksm));
    else
        lab.why_no_ksm = ksm.error().reason;
    if (auto swap = SwapControl::acquire(options.swap))
        lab.swap.emplace(*std::move(swap));
    else
        lab.why_no_swap = swap.error().reason;
    choose_rules(lab, options.against);
    return lab;
}

Duel::Duel(Lab& lab, const ReplayOptions& options, Executor executor, KsmControl* ksm)
    : lab_(&lab),
      options_(options),
      session_(start_session(options.config)),
      executor_(std::move(executor)),
      ksm_(ksm),
      lowest_(options.config.mmap_min_addr) {
    if (ksm_) before_ = {ksm_->get("pages_skipped"), static_cast<std::int64_t>(ksm_->get("ksm_zero_pages"))};
}

Available<Duel> Duel::start(Lab& lab, const ReplayOptions& options, const Needs& needs) {
    if (needs.ksm && !(lab.ksm && options.observe_ksm)) return unavailable(lab.ksm ? "it needs KSM" : lab.why_no_ksm);
    if (needs.swap && !lab.swap) return unavailable(lab.why_no_swap);
    ReplayOptions how = options;
    how.config.rules = lab.rules;
    std::ifstream("/proc/sys/vm/max_map_count") >> how.config.max_map_count;
    how.config.max_map_count -= agent::own_vmas; // the agent's count too
    std::uint64_t lowest =
        0; // the kernel takes the higher one of this and CONFIG_LSM_MMAP_MIN_ADDR, the model's default
    std::ifstream("/proc/sys/vm/mmap_min_addr") >> lowest;
    how.config.mmap_min_addr = std::max(how.config.mmap_min_addr, lowest); // of which only root may go below
    KsmControl* ksm = needs.ksm ? &*lab.ksm : nullptr;
    if (ksm) ksm->reset(how.config);
    auto executor = Executor::start(needs, ksm, lab.swap ? &*lab.swap : nullptr);
    if (!executor) return unavailable(executor.error());
    return Duel(lab, how, *std::move(executor), ksm);
}

// Without what was not looked at on the other side.
std::string Duel::text_of_model() const {
    Picture p = picture_of(model());
    p.has_ksm = ksm_ != nullptr;
    return to_text(p);
}

std::uint64_t Duel::walks() const {
    std::uint64_t all = 0;
    for (const auto& [strategy, walks] : walks_) all += walks;
    return all;
}

std::optional<ReplayReport> Duel::look() {
    const auto seen = observe(lab_->eyes, executor_, ksm_, {options_.contents, before_});
    if (!seen) return skipped(seen.error().reason);
    const Picture& live = *seen;
    const Picture in_model = picture_of(model());
    ReplayReport r;
    r.differences = compare(in_model, live);
    if (r.differences.empty() && live.level == Level::kernel) r.differences = compare_walks(session_, live, walks_);
    if (r.differences.empty()) return {};
    if (!live.mistaken.empty()) // in the model names are not used again
        return skipped(
            fmt::format("a stable node got the address of a freed one, which an rmap_item still had as its head: "
                        "{}:{:#x} maps a KSM page and is listed nowhere",
                        live.mistaken[0].pid, live.mistaken[0].address));
    r.status = ReplayReport::Status::differ;
    r.model_picture = text_of_model();
    r.live_picture = to_text(live);
    return r;
}

std::optional<ReplayReport> Duel::step(const model::Step& step, bool look_now) {
    result_ = checker::play(session_, step);
    const pid_t before = executor_.real_pid(step.pid);
    const auto played = executor_.play(step);
    if (before && !executor_.real_pid(step.pid) && lab_->eyes.memory) lab_->eyes.memory->forget(before);
    if (!played) return skipped(played.error().reason);
    const model::Result& real = *played;
    if (real.error == model::Errno::eperm && result_.error == model::Errno::ok && result_.value < lowest_ &&
        model::returned_by(step.op) == model::Returns::address && !may_map_low_pages())
        return skipped(fmt::format("a mapping below {:#x} (vm.mmap_min_addr) needs CAP_SYS_RAWIO", lowest_));
    if (!asked_page(step.op) && real != result_) {
        ReplayReport r;
        r.status = ReplayReport::Status::differ;
        r.differences = {fmt::format("result: model {} | kernel {}", text_of(result_), text_of(real))};
        r.model_picture = text_of_model();
        if (const auto live = observe(lab_->eyes, executor_, ksm_, {options_.contents, before_}))
            r.live_picture = to_text(*live);
        return r;
    }
    return look_now ? look() : std::nullopt;
}

ReplayReport replay(Lab& lab, const model::Trace& trace, const ReplayOptions& options) {
    auto started = Duel::start(lab, options, needs_of(trace.steps));
    if (!started) return skipped(started.error().reason);
    Duel& duel = *started;
    ReplayReport report;
    for (std::size_t i = 0; i < trace.steps.size(); ++i) {
        auto bad = options.stop && options.stop()
                       ? std::optional(skipped("stopped"))
                       : model::at_step(trace, trace.steps[i], [&] {
                             return duel.step(trace.steps[i], options.every_step || i + 1 == trace.steps.size());
                         });
        if (!bad) continue;
        bad->steps = bad->at = i;
        bad->walks = duel.walks();
        return *bad;
    }
    report.status = ReplayReport::Status::agree;
    report.steps = trace.steps.size();
    report.walks = duel.walks();
    return report;
}

FoundRules probe_rules(Lab& lab, const model::Rules& assumed) {
    const model::Rules before = lab.rules;
    FoundRules found = find_rules(assumed, [&](std::span<const Trial> trials) {
        std::vector<TrialAnswer> answers;
        for (const Trial& t : trials) {
            lab.rules = t.rules;
            const ReplayReport::Status status = replay(lab, t.trace, {}).status;
            answers.push_back(status == ReplayReport::Status::agree    ? TrialAnswer::agrees
                              : status == ReplayReport::Status::differ ? TrialAnswer::differs
                                                                       : TrialAnswer::not_played);
        }
        return answers;
    });
    lab.rules = before;
    return found;
}

} // namespace checker::kernels
