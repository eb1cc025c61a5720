// The judge at work: traces in play, and every strategy on their pages. What its verdicts mean: checker/judge/sound.h.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "checker/judge/page_tables.h"
#include "checker/judge/sound.h"
#include "model/ops.h"

namespace checker::inline judge {

// A trace in play: one machine for each layout of rmap_items that some strategy needs, all fed the same steps.
struct Machine {
    model::Kernel kernel;
    std::vector<const Strategy*> strategies; // that are judged on it
};
// A machine on which a strategy drives reclaim and migration itself, from where that made a difference.
struct Driven {
    const Strategy* strategy = nullptr;
    model::Kernel kernel;
    std::string stopped; // why it is not played on; empty: it is
};
struct Session {
    std::vector<const Strategy*> strategies;
    std::vector<Machine> machines; // each strategy is on one; the first has the kernel's own layout, config.layout
    std::vector<Driven> driven;    // of the strategies that would have driven otherwise than the reference does

    // The machine that is as if this strategy drove it; null if it is of none.
    const model::Kernel* driven_by(const Strategy& s) const;
    const Driven* course_of(const Strategy& s) const; // null while it is as its machine is
};

// An empty list of strategies means all of KSM pages.
Session start_session(const model::Config& config, std::vector<const Strategy*> strategies = {});
// Plays a step on every machine; the result is the first machine's. Walks are judged on the machines that the reference
// drives; where a strategy would drive otherwise, a copy that it drives goes along. Throws model::BadInput.
model::Result play(Session& session, const model::Step& step);

// Judges every strategy that walks it (its own kind's, and Kind::walks_others) on the page at pid:address, if there is
// one. Lifetimes are found by running ksmd on a copy, if
// asked for.
enum class Lifetimes : std::uint8_t { leave_open, find };
std::vector<Verdict> judge_page(const Session& session, Pid pid, std::uint64_t address, std::uint32_t line,
                                Lifetimes how);
// Finds them later, for verdicts that left them open: while nothing but walks has been played since.
void find_lifetimes(const Session& session, std::span<Verdict> verdicts);
// Judges every strategy of the kind on every page of the kind that something maps.
std::vector<Verdict> judge_all_pages(const Session& session, const Kind& kind, std::uint32_t line, Lifetimes how);
inline std::vector<Verdict> judge_all_ksm_pages(const Session& session, std::uint32_t line, Lifetimes how) {
    return judge_all_pages(session, ksm, line, how);
}

// One strategy on one folio, given the truth.
Verdict judge_folio(const model::Kernel& k, const Strategy& s, model::Id<model::Folio> folio,
                    const std::vector<MappedAt>& truth);

} // namespace checker::inline judge
