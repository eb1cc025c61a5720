// What becomes of an entry that a kernel's walk misses: the trace is played again as far as the look that shows it, and
// then the page is reclaimed, or migrated, or its memory fails, by the kernel's own functions.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "checker/kernels/uml/play.h"

namespace checker::kernels::uml {

// What a function of the kernel returned: as it is, and right after it again while interval trees hand out all of their
// VMAs. 0, or an error below 0; nothing: it was not asked, or gave no answer.
struct Tried {
    std::optional<std::int64_t> own, by_all;
};

struct Effect {
    std::string trace;
    std::uint32_t line = 0; // of the first look that shows a missed entry
    MappedAt at;            // the first of these
    bool lost = false;      // the walk over all VMAs finds it
    Tried reclaim, migration;
    std::optional<std::int64_t> failure; // memory_failure() of the frame
    enum class After : std::uint8_t { unknown, mapped, unmapped, killed };
    After after = After::unknown;             // is the frame that failed still mapped there, or is the process gone?
    bool told = false, told_by_all = false;   // does collect_procs_ksm() name the process?
    std::optional<model::Vpn> told_elsewhere; // a page that it names to it, and that does not map the frame
};

constexpr std::string_view to_string(Effect::After a) {
    return a == Effect::After::mapped     ? "mapped"
           : a == Effect::After::unmapped ? "unmapped"
           : a == Effect::After::killed   ? "killed"
                                          : "unknown";
}

// Of every trace in which the kernel misses an entry, the first. `results` are those of the scripts on this kernel.
std::vector<Effect> effects_of(const std::string& kernel, std::span<const GuestScript> scripts,
                               std::span<const TraceResult> results, const std::string& room, const Progress& progress,
                               const PlayLimits& limits);

} // namespace checker::kernels::uml
