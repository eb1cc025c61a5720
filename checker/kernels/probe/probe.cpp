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
    // The lengths differ within one page.
    {&model::Rules::dontunmap_compares_bytes, R"(
1 mmap(0x10000, 0x1000, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0)
1 mremap(0x10000, 0x1000, 0x1, MREMAP_MAYMOVE|MREMAP_FIXED|MREMAP_DONTUNMAP, 0x20000)
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
    // The grandchild's chain. Seen where the kernel's structures are; who does not see them needs no answer.
    {&model::Rules::clone_reverses_chain, R"(
1 mmap(0x10000, 0x1000, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0)
1 store(0x10000, 0x1000, 0x77)
1 fork() = 2
2 fork() = 3
)"},
    // Is the advice known? Of nothing, so that no VMA is marked: ENOMEM, or EINVAL.
    {&model::Rules::guard_regions, R"(
1 madvise(0x10000, 0x1000, MADV_GUARD_INSTALL)
)"},
    // The mark is among the flags that smaps shows.
    {&model::Rules::guard_marks_vma, R"(
1 mmap(0x10000, 0x1000, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0)
1 madvise(0x10000, 0x1000, MADV_GUARD_INSTALL)
)"},
    // Whose is a page that its last user reads back? Seen as the one before.
    {&model::Rules::swap_in_sole_is_exclusive, R"(
1 mmap(0x10000, 0x1000, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0)
1 store(0x10000, 0x1000, 0x77)
1 fork() = 2
* swap_out(1, 0x10000)
* swap_cache_drop(1, 0x10000)
1 munmap(0x10000, 0x1000)
2 mprotect(0x10000, 0x1000, PROT_READ)
2 mlock(0x10000, 0x1000)
)"},
    // A written piece of a file moves, and the file's next page is mapped behind it: one runs on, the other does not.
    {&model::Rules::separate_anon_pgoff, R"(
1 mmap(0x12000, 0x1000, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_FIXED, 3, 0x5000)
1 store(0x12000, 0x1000, 0x77)
1 mremap(0x12000, 0x1000, 0x1000, MREMAP_MAYMOVE|MREMAP_FIXED, 0x40000)
1 mmap(0x41000, 0x1000, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_FIXED, 3, 0x6000)
)"},
    // A page that was skipped is merged, and written: is it skipped again?
    {&model::Rules::listed_items_lose_scan_word, R"(
1 mmap(0x10000, 0x2000, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0)
1 store(0x10000, 0x1000, 0x11)
1 madvise(0x10000, 0x2000, MADV_MERGEABLE)
* ksmd(6)
1 store(0x11000, 0x1000, 0x11)
* ksmd(6)
1 store(0x10000, 0x1000, 0x22)
* ksmd(1)
1 store(0x10000, 0x1000, 0x33)
* ksmd(1)
1 store(0x10000, 0x1000, 0x44)
* ksmd(1)
)"},
};

std::string_view name_of(bool model::Rules::*rule) {
    return std::ranges::find(model::rule_names, rule, &model::RuleName::field)->name;
}

} // namespace

std::span<const Probe> probes() { return all_probes; }

namespace {

// The answers to every probe: as `rules` have it, and with the probe's rule the other way round.
std::vector<TrialAnswer> ask_all(const model::Rules& rules, const Ask& ask) {
    std::vector<Trial> trials;
    for (const Probe& p : probes()) {
        const model::Trace trace =
            model::read_trace(fmt::format("# rmapcheck trace 1{}", p.trace), std::string(name_of(p.rule)));
        Trial other{trace, rules};
        other.rules.*p.rule = !(rules.*p.rule);
        trials.push_back({trace, rules});
        trials.push_back(std::move(other));
    }
    return ask(trials);
}

} // namespace

FoundRules find_rules(const model::Rules& assumed, const Ask& ask) {
    FoundRules found{assumed, {}};
    std::vector<TrialAnswer> answers;
    // What shows one rule may need another: as long as something new was found, all are asked once more.
    for (std::size_t round = 0; round < probes().size(); ++round) {
        answers = ask_all(found.rules, ask);
        const model::Rules before = found.rules;
        for (std::size_t i = 0; i < probes().size(); ++i)
            if (answers[2 * i] != TrialAnswer::agrees && answers[2 * i + 1] == TrialAnswer::agrees)
                found.rules.*probes()[i].rule = !(before.*probes()[i].rule);
        if (found.rules == before) break;
    }
    for (std::size_t i = 0; i < probes().size(); ++i) {
        const auto rule = probes()[i].rule;
        const std::string_view holds = found.rules.*rule ? "holds" : "does not hold";
        if (answers[2 * i] != TrialAnswer::agrees)
            found.remarks.push_back(
                fmt::format("whether {} holds could not be told ({}); it is taken that it {}", name_of(rule),
                            answers[2 * i] == TrialAnswer::not_played ? "its probe could not be played"
                                                                      : "the kernel did neither on its probe",
                            holds));
        else if (found.rules.*rule != assumed.*rule)
            found.remarks.push_back(fmt::format("{} {} here, as a probe shows", name_of(rule), holds));
    }
    return found;
}

} // namespace checker::kernels
