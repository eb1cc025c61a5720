#include "checker/kernels/probe/probe.h"

#include <algorithm>

#include <fmt/format.h>

namespace checker::kernels {
namespace {

constexpr Probe all_probes[] = {
    // A written range becomes equal to its unwritten neighbour.
    {&model::Rules::faulted_joins_unfaulted, R"(
1 mmap(0x10000, 0x1000, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0)
1 mmap(0x11000, 0x1000, PROT_READ|PROT_WRITE|PROT_EXEC, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0)
1 store(0x10000, 0x1000, 0x77)
1 mprotect(0x10000, 0x1000, PROT_READ|PROT_WRITE|PROT_EXEC)
)"},
    // New memory beside memory that is marked already.
    {&model::Rules::merge_any_before_merge, R"(
1 prctl(PR_SET_MEMORY_MERGE, 1, 0, 0, 0)
1 mmap(0x10000, 0x1000, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0)
1 mmap(0x11000, 0x1000, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0)
)"},
    // Two VMAs are moved at once.
    {&model::Rules::mremap_moves_many, R"(
1 mmap(0x10000, 0x1000, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0)
1 mmap(0x11000, 0x1000, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0)
1 mremap(0x10000, 0x2000, 0x2000, MREMAP_MAYMOVE|MREMAP_FIXED, 0x20000)
)"},
    // More is to be moved than there is; is the destination gone?
    {&model::Rules::mremap_unmaps_destination_first, R"(
1 mmap(0x10000, 0x1000, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0)
1 mmap(0x20000, 0x1000, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0)
1 mremap(0x10000, 0x2000, 0x3000, MREMAP_MAYMOVE|MREMAP_FIXED, 0x20000)
)"},
    // What stays after the second move joins new memory beside it if its offset is that of its place.
    {&model::Rules::dontunmap_resets_pgoff, R"(
1 mmap(0x10000, 0x1000, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0)
1 store(0x10000, 0x1000, 0x77)
1 mremap(0x10000, 0x1000, 0x1000, MREMAP_MAYMOVE|MREMAP_FIXED, 0x50000)
1 mremap(0x50000, 0x1000, 0x1000, MREMAP_MAYMOVE|MREMAP_FIXED|MREMAP_DONTUNMAP, 0x70000)
1 mmap(0x51000, 0x1000, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0)
)"},
    // An unwritten range is copied right behind itself.
    {&model::Rules::dontunmap_merges_with_source, R"(
1 mmap(0x10000, 0x1000, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0)
1 mremap(0x10000, 0x1000, 0x1000, MREMAP_MAYMOVE|MREMAP_FIXED|MREMAP_DONTUNMAP, 0x11000)
)"},
    // Is only the middle unlocked, or all?
    {&model::Rules::dontunmap_presplits_locked, R"(
1 mmap(0x10000, 0x3000, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0)
1 mlock(0x10000, 0x3000)
1 mremap(0x11000, 0x1000, 0x1000, MREMAP_MAYMOVE|MREMAP_FIXED|MREMAP_DONTUNMAP, 0x20000)
)"},
};

std::string_view name_of(bool model::Rules::*rule) {
    return std::ranges::find(model::rule_names, rule, &model::RuleName::field)->name;
}

} // namespace

std::span<const Probe> probes() { return all_probes; }

FoundRules find_rules(const model::Rules& assumed, const Ask& ask) {
    std::vector<Trial> trials; // of each probe: as assumed, and the other way round
    for (const Probe& p : probes()) {
        model::Trace trace =
            model::read_trace(fmt::format("# rmapcheck trace 1{}", p.trace), std::string(name_of(p.rule)));
        Trial other{trace, assumed};
        other.rules.*p.rule = !(assumed.*p.rule);
        trials.push_back({std::move(trace), assumed});
        trials.push_back(std::move(other));
    }
    const std::vector<TrialAnswer> answers = ask(trials);
    FoundRules found{assumed, {}};
    for (std::size_t i = 0; i < probes().size(); ++i) {
        const Probe& p = probes()[i];
        const std::string_view holds = assumed.*p.rule ? "holds" : "does not hold";
        if (answers[2 * i] == TrialAnswer::agrees) continue;
        if (answers[2 * i + 1] == TrialAnswer::agrees) {
            found.rules.*p.rule = !(assumed.*p.rule);
            found.remarks.push_back(fmt::format("{} {} here, as a probe shows", name_of(p.rule),
                                                found.rules.*p.rule ? "holds" : "does not hold"));
        } else
            found.remarks.push_back(
                fmt::format("whether {} holds could not be told ({}); it is taken that it {}", name_of(p.rule),
                            answers[2 * i] == TrialAnswer::not_played ? "its probe could not be played"
                                                                      : "the kernel did neither on its probe",
                            holds));
    }
    return found;
}

} // namespace checker::kernels
