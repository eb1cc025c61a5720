// The judge: what a strategy finds of a page, beside what the reference finds and what is true.
#pragma once

#include <span>
#include <vector>

#include "checker/judge/page_tables.h"
#include "checker/walks/walks.h"
#include "model/ops.h"

namespace checker::inline judge {

enum class Lifetime : std::uint8_t {
    none,  // nothing is missed
    heals, // full scans with nothing else running end every miss
    stays, // they do not
};

struct Verdict {
    const Strategy* strategy = nullptr;
    std::uint32_t at = 0;            // the line of the trace
    MappedAt page;                   // the entry by which the page was named
    std::vector<MappedAt> missed;    // entries that exist and were not found
    std::vector<MappedAt> regressed; // of these, the ones that the reference finds
    std::uint64_t found = 0;
    std::uint64_t mapped = 0; // entries that exist
    model::WalkCost cost;
    bool touched_freed_vma = false;
    Lifetime lifetime = Lifetime::none;
};

// Does the verdict refute that the strategy finds at least what the reference finds?
inline bool refutes(const Verdict& v) { return !v.regressed.empty() || v.touched_freed_vma; }
// Does the verdict break the strategy's own claim? A refuted strategy has nothing left to break.
bool breaks_claim(const Verdict& v);

// A trace in play: one machine for each layout of rmap_items that some strategy needs, all fed the same steps.
struct Machine {
    model::Kernel kernel;
    std::vector<const Strategy*> strategies; // that are judged on it
};
struct Session {
    std::vector<const Strategy*> strategies;
    std::vector<Machine> machines; // each strategy is on one; the first has the kernel's own layout, config.layout
};

// An empty list of strategies means all.
Session start_session(const model::Config& config, std::vector<const Strategy*> strategies = {});
// Plays a step on every machine; the result is the first machine's. Throws model::BadInput.
model::Result play(Session& session, const model::Step& step);

// Judges every strategy on the page at pid:address, if there is one. Lifetimes are found by running ksmd on a copy, if
// asked for.
enum class Lifetimes : std::uint8_t { leave_open, find };
std::vector<Verdict> judge_page(const Session& session, Pid pid, std::uint64_t address, std::uint32_t line,
                                Lifetimes how);
// Judges every strategy on every KSM page that something maps.
std::vector<Verdict> judge_all_ksm_pages(const Session& session, std::uint32_t line, Lifetimes how);

// One strategy on one folio, given the truth.
Verdict judge_folio(const model::Kernel& k, const Strategy& s, model::Id<model::Folio> folio,
                    const std::vector<MappedAt>& truth);

} // namespace checker::inline judge
