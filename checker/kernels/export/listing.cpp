#include "checker/kernels/export/listing.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "checker/facets/lower.h"
#include "checker/kernels/export/calls.h"
#include "checker/kernels/export/exporters.h"

namespace checker::kernels {
namespace {

struct Text {
    std::string operator()(const SystemCall& a) const {
        return fmt::format("{} {}({:#x}){}", a.pid, name_of_call(a.number), fmt::join(a.arguments, ", "),
                           a.after_enomem ? " after ENOMEM" : "");
    }
    std::string operator()(const FillPages& a) const {
        return fmt::format("{} fill {:#x} {:#x} {:#x}", a.pid, a.address, a.length, a.byte);
    }
    std::string operator()(const ReadPages& a) const {
        return fmt::format("{} read {:#x} {:#x}", a.pid, a.address, a.length);
    }
    std::string operator()(const BeginHeap& a) const {
        return fmt::format("{} begin the heap at {:#x}", a.pid, a.address);
    }
    std::string operator()(const ForkProcess& a) const { return fmt::format("{} fork {}", a.pid, a.child); }
    std::string operator()(const ExitProcess& a) const { return fmt::format("{} exit", a.pid); }
    std::string operator()(const FullScans& a) const { return fmt::format("* {} full scans", a.scans); }
    std::string operator()(const WriteSetting& a) const {
        return fmt::format("* ksm/{} = {}", model::knob_names[static_cast<std::size_t>(a.knob)], a.value);
    }
    std::string operator()(const ReclaimPage& a) const { return fmt::format("* reclaim {}:{:#x}", a.pid, a.address); }
    std::string operator()(const DropFromSwapCache& a) const {
        return fmt::format("* drop {}:{:#x} from the swap cache", a.pid, a.address);
    }
    std::string operator()(const MigratePage& a) const { return fmt::format("* migrate {}:{:#x}", a.pid, a.address); }
    std::string operator()(const LookAtMachine&) const { return "* look"; }
};

} // namespace

std::string to_text(const Action& action) { return std::visit(Text{}, action); }

std::string listing(std::span<const model::Step> steps) {
    SoFar so_far{needs_of(steps).files, {}};
    std::string text;
    for (const model::Step& s : steps) {
        const Lowered lowered = lower(s, so_far);
        if (!lowered.unavailable.empty()) text += "# " + lowered.unavailable + "\n";
        for (const Action& a : lowered.actions) text += to_text(a) + "\n";
    }
    return text;
}

Exporter listing_exporter() {
    return {"listing", "what a real kernel would be told, an action a line",
            [](const ToExport& what) { return listing(what.trace.steps); }};
}

} // namespace checker::kernels
