#include "checker/kernels/uml/random_traces.h"

#include <sys/mman.h>
#include <sys/syscall.h>

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "checker/facets/lower.h"
#include "checker/judge/page_tables.h"
#include "checker/kernels/uml/script.h"
#include "checker/search/engine.h"
#include "checker/search/random/sequence.h"
#include "model/fail.h"
#include "model/page_table.h"

namespace checker::kernels::uml {
namespace {

constexpr std::uint32_t between_walks = 12; // operations

// The first entry of a KSM page, as a walk of it.
std::optional<model::Step> walk_of_a_ksm_page(const model::Kernel& k) {
    for (auto mm = k.processes.first(k.mms); mm; mm = k.processes.next(k.mms, mm)) {
        const auto& table = k.mms[mm].page_table;
        for (auto p = table.first(k.ptes); p; p = table.next(k.ptes, p)) {
            const model::Pte& pte = k.ptes[p];
            if (pte.kind != model::Pte::Kind::present || k.folios[pte.folio].mapping != model::Folio::Mapping::ksm)
                continue;
            return model::Step{0, model::Walk{{k.mms[mm].pid}, {model::address(pte.page)}}, {}, 0};
        }
    }
    return {};
}

// Does the process map a page there that the swap cache has, too?
bool maps_swap_cache(const model::Kernel& k, model::Pid pid, const SystemCall& call) {
    const auto mm = model::find_process(k, pid);
    if (!mm) return false;
    const model::Vpn end = model::vpn(call.arguments[0] + call.arguments[1] + model::PAGE_SIZE - 1);
    for (auto p = model::pte_from(k, mm, model::vpn(call.arguments[0])); p && k.ptes[p].page < end;
         p = model::next_pte(k, mm, p))
        if (k.ptes[p].kind == model::Pte::Kind::present && k.folios[k.ptes[p].folio].swap) return true;
    return false;
}

// Known simplifications of the model (docs/kernel-map.md): reclaim drops what MADV_FREE made freeable, and MADV_PAGEOUT
// what came from swap and is clean; a page out of a mlocked VMA waits in a list of the CPU, with its reference, until
// the next pass (munlock_folio(), mm/mlock.c).
bool is_not_modelled(const model::Kernel& now, const model::Step& step) {
    SoFar nothing;
    return std::ranges::any_of(lower(step, nothing).actions, [&](const Action& action) {
        const auto* call = std::get_if<SystemCall>(&action);
        if (!call) return false;
        if (call->number == SYS_madvise)
            return call->arguments[2] == model::madv_free ||
                   (call->arguments[2] == MADV_PAGEOUT && maps_swap_cache(now, step.pid, *call));
        return call->number == SYS_mlock || (call->number == SYS_mmap && call->arguments[3] & model::map_locked);
    });
}

void play_and_keep(model::Kernel& k, model::Trace& trace, model::Step step) {
    const model::Result result = model::play(k, step);
    keep_told(step, result);
    step.line = static_cast<std::uint32_t>(trace.steps.size() + 2); // as to_text() writes it
    trace.steps.push_back(std::move(step));
}

model::Trace random_trace(const model::Config& config, std::uint64_t seed, std::uint64_t number, std::uint32_t length) {
    DrawScope scope;
    scope.length = length;
    model::Trace trace;
    trace.path = fmt::format("random-{}-{}", seed, number);
    Sequence sequence(seed, number, scope);
    sequence.without([](const model::Kernel& now, const model::Step& s) {
        return !unplayable_step(s, now).empty() || is_not_modelled(now, s);
    });
    model::Kernel k = model::boot(config);
    while (std::optional<model::Step> step = sequence.next(k)) {
        play_and_keep(k, trace, std::move(*step));
        if (sequence.asked() % between_walks) continue;
        if (std::optional<model::Step> walk = walk_of_a_ksm_page(k)) play_and_keep(k, trace, std::move(*walk));
    }
    return trace;
}

} // namespace

std::vector<model::Trace> random_traces(const model::Config& config, std::uint64_t seed, std::size_t count,
                                        std::uint32_t length, const Shard& shard, std::size_t before) {
    std::vector<model::Trace> traces;
    const Work one_trace[] = {[&](std::uint64_t number) -> std::uint64_t {
        if (!shard.has(before + number)) return 0;
        traces.push_back(random_trace(config, seed, number, length));
        return traces.back().steps.size();
    }};
    Engine(0).play({0, count, 1}, one_trace, {});
    return traces;
}

} // namespace checker::kernels::uml
