#include "checker/kernels/running/campaign.h"

#include <sys/syscall.h>

#include <algorithm>

#include "checker/facets/lower.h"
#include "checker/kernels/agent/protocol.h"
#include "checker/search/random/sequence.h"
#include "checker/search/shrink/minimize.h"
#include "model/address_space.h"
#include "model/fail.h"
#include "model/page_table.h"

namespace checker::kernels {
namespace {

// What this machine can play at all.
OperationSet playable(const Lab& lab, OperationSet set) {
    set.reset(operation_index("migrate"));
    set.reset(operation_index("walk")); // changes nothing, and every page is walked anyway
    if (!lab.swap)
        for (const char* name : {"swap_out", "swap_cache_drop"}) set.reset(operation_index(name));
    if (!lab.ksm)
        for (const char* name : {"ksmd", "knob", "prctl"}) set.reset(operation_index(name));
    return set;
}

// Steps that would end the run early, by what the model knows beforehand.
struct Hopeless {
    const Lab& lab;
    const model::Kernel& k;

    bool operator()(const BeginHeap& a) const {
        return a.address && (a.address < 0x10000 || a.address >= agent::on_this_machine.start);
    }
    // Reclaim of this page is not one that the kernel can be asked for (Play::operator()(ReclaimPage)).
    bool operator()(const ReclaimPage& a) const {
        const model::Id<model::Mm> mm = model::find_process(k, a.pid);
        const auto pte = mm ? model::pte_at(k, mm, model::vpn(a.address)) : model::Id<model::Pte>::none();
        if (!pte || k.ptes[pte].kind != model::Pte::Kind::present)
            return !pte || k.ptes[pte].kind == model::Pte::Kind::swap;
        const std::uint64_t flags = k.vmas[model::vma_at(k, mm, model::vpn(a.address))].flags;
        return k.folios[k.ptes[pte].folio].mapcount != 1 || (flags & model::VM_LOCKED) ||
               !(flags & model::VM_ACCESS_FLAGS);
    }
    bool operator()(const SystemCall& a) const {
        if (a.number != SYS_madvise) return false;
        const auto& [address, length, advice, b, c, d] = a.arguments;
        if (advice == model::madv_pageout && !lab.swap) return true;
        if (advice == model::madv_mergeable && !lab.ksm) return true;
        return address + length < address || address + length > agent::on_this_machine.start;
    }
    bool operator()(const auto&) const { return false; }
};

// Known simplifications of the model (docs/kernel-map.md): a page that ksmd takes out of a mlocked VMA waits in a list
// of the CPU, with a reference of that list, and cannot be merged elsewhere before the next pass (munlock_folio(),
// mm/mlock.c); and reclaim drops what MADV_FREE made freeable, where the model swaps it out.
struct NotModelled {
    const Lab& lab;
    const DrawScope& scope;

    bool operator()(const SystemCall& a) const {
        if (a.number == SYS_madvise && a.arguments[2] == model::madv_free) return lab.swap.has_value();
        if (!scope.operations.test(operation_index("ksmd"))) return false;
        return a.number == SYS_mlock || (a.number == SYS_mmap && a.arguments[3] & model::map_locked);
    }
    bool operator()(const auto&) const { return false; }
};

// Is this step to be left out, by what the kernel would be told?
bool left_out(const Lab& lab, const DrawScope& scope, const model::Kernel& k, const model::Step& step) {
    SoFar so_far;
    const model::Id<model::Mm> mm = model::find_process(k, step.pid);
    if (mm && k.mms[mm].brk) so_far.heaps.insert(step.pid);
    return std::ranges::any_of(lower(step, so_far).actions, [&](const Action& a) {
        return std::visit(Hopeless{lab, k}, a) || std::visit(NotModelled{lab, scope}, a);
    });
}

Needs needs_of_campaign(const Lab& lab) {
    Needs n;
    n.ksm = lab.ksm.has_value();
    n.processes = agent::max_processes;
    n.files = {3, 4};
    n.file_size = 64 << 20;
    return n;
}

struct RunOutcome {
    std::uint64_t operations = 0, walks = 0;
    std::vector<model::Step> steps;
    std::optional<ReplayReport> bad; // differs, or is cut short
};

// Settings that half of the runs begin with: KSM's defaults leave chains and zero pages to a rare draw of a knob.
std::vector<model::Step> settings_of(std::uint64_t seed, std::uint64_t run, const DrawScope& scope) {
    std::vector<model::Step> steps;
    Random random(~seed, run);
    if (!scope.operations.test(operation_index("knob")) || !random.percent(50)) return steps;
    const auto set = [&](model::KnobName knob, std::uint64_t value) {
        steps.emplace_back().op = model::SetKnob{{knob}, {value}};
    };
    if (random.percent(50)) set(model::KnobName::max_page_sharing, 2 + random.below(2));
    if (random.percent(50)) set(model::KnobName::use_zero_pages, 1);
    if (random.percent(50)) set(model::KnobName::smart_scan, 0);
    return steps;
}

RunOutcome play_run(Lab& lab, const CampaignOptions& options, const DrawScope& scope, std::uint64_t run) {
    RunOutcome out;
    Sequence sequence(options.seed, run, scope);
    sequence.opening(settings_of(options.seed, run, scope)).without([&](const model::Kernel& k, const model::Step& s) {
        return left_out(lab, scope, k, s);
    });
    auto started = Duel::start(lab, options.replay, needs_of_campaign(lab));
    if (!started) {
        out.bad.emplace().reason = started.error().reason;
        return out;
    }
    Duel& duel = *started;
    while (std::optional<model::Step> step = sequence.next(duel.model())) {
        out.steps.push_back(*step);
        out.bad = duel.step(out.steps.back());
        out.walks = duel.walks();
        if (out.bad) return out;
        keep_told(out.steps.back(), duel.last_result());
        ++out.operations;
    }
    return out;
}

} // namespace

std::vector<model::Step> minimize_difference(Lab& lab, const ReplayOptions& how, std::vector<model::Step> steps,
                                             double seconds) {
    const StillThere differs = [&](std::vector<model::Step>& candidate) {
        auto started = Duel::start(lab, how, needs_of(candidate));
        if (!started) return false;
        Duel& duel = *started;
        for (std::size_t i = 0; i < candidate.size(); ++i) try {
                const auto bad = duel.step(candidate[i]);
                if (!bad) {
                    keep_told(candidate[i], duel.last_result());
                    continue;
                }
                candidate.resize(i + 1);
                return bad->status == ReplayReport::Status::differ;
            } catch (const model::BadInput&) {
                candidate.erase(candidate.begin() + static_cast<std::ptrdiff_t>(i--));
            }
        return false;
    };
    return shrink(std::move(steps), one_by_one(differs), {seconds}).steps;
}

namespace {

// Where the kernel and the model part: the shortest sequence that still shows it.
void keep_difference(Lab& lab, const CampaignOptions& options, const RunOutcome& out, CampaignReport& report) {
    report.steps_before = out.steps.size();
    report.steps = minimize_difference(lab, options.replay, out.steps, options.minimize_seconds);
    model::Trace trace;
    trace.steps = report.steps;
    report.difference = replay(lab, trace, options.replay);
    report.reproduced = report.difference.status == ReplayReport::Status::differ;
    if (!report.reproduced) report.difference = *out.bad;
}

} // namespace

CampaignReport run_campaign(Lab& lab, const CampaignOptions& options, const Watch& progress) {
    CampaignReport report;
    Engine engine(options.seconds);
    DrawScope scope = options.scope;
    scope.operations = playable(lab, scope.operations);
    RunOutcome last;
    const Work one_run[] = {[&](std::uint64_t run) {
        last = play_run(lab, options, scope, run);
        report.walks += last.walks;
        if (!last.bad) return last.operations;
        if (last.bad->status == ReplayReport::Status::skipped) ++report.cut_short[last.bad->reason];
        const bool differs = last.bad->status == ReplayReport::Status::differ;
        if (differs) report.run = run;
        if (differs) report.found_after = engine.seconds();
        const bool nothing_can_be_played = run == options.first_run && last.steps.empty();
        if (differs || nothing_can_be_played) engine.stop(End::settled);
        return last.operations;
    }};
    const std::uint64_t end = options.runs ? options.first_run + options.runs : UINT64_MAX;
    engine.play({options.first_run, end, 1}, one_run, progress);
    if (report.run) keep_difference(lab, options, last, report);
    static_cast<SearchEffort&>(report) = engine.effort();
    return report;
}

} // namespace checker::kernels
