// What a guest saw, judged: against itself, against the model, and against the guest that is the reference.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "checker/kernels/uml/play.h"

namespace checker::kernels::uml {

// Entries of KSM pages that exist, by the page tables, and that the kernel's own walk did not find.
std::set<MappedAt> missed_by_walk(const Look& look);
// Those that it did not find either when every interval tree handed out all of its VMAs, whatever range was asked for.
std::set<MappedAt> missed_by_all(const Look& look);

// Where the ways to observe contradict each other: the walk's count, the mapcount, and page_idle. Empty: they agree.
std::vector<std::string> contradictions(const Look& look);

// Where the guest's state is not the model's: VMAs, entries, which of them share a page. Empty: they agree.
std::vector<std::string> differences_from_model(const LookPoint& expected, const Look& look);

enum class Lasting : std::uint8_t { heals, stays, unknown };
constexpr std::string_view to_string(Lasting l) {
    return l == Lasting::heals ? "heals" : l == Lasting::stays ? "stays" : "unknown";
}

struct LostEntry { // the reference finds it, the candidate does not
    std::uint32_t line = 0;
    Occasion occasion = Occasion::walk;
    MappedAt at;
    Lasting lasting = Lasting::unknown; // do full scans with nothing else running end it?
};

// What became of operations in flight, and what walks missed meanwhile, in the words of the kernel that is held to the
// model, and of the model.
struct InFlight {
    std::string kernel, model;
};

// One trace, reference beside candidate.
struct TraceVerdict {
    std::string name;
    std::string not_judged;               // why not; empty: it was
    std::vector<LostEntry> lost;          // each entry where it is first missed, and again at the end
    std::vector<std::string> failed;      // reclaim or migration that works on the reference and not here
    std::vector<std::string> differences; // other answers and states that differ from the reference
    std::vector<std::string> complaints;  // of this kernel's log, where the reference's is silent; and how it broke off
    std::vector<std::string> own_misses;  // entries that the reference misses itself
    std::vector<std::string> own_stale;   // migration entries that are nobody's on the reference itself
    InFlight in_flight;                   // of a trace that has operations in flight
    std::vector<std::string> own_losses;  // and those of them that another kernel's walk over all VMAs finds
    std::vector<std::string> contradictions;      // of this kernel's eyes, or of the reference's
    std::vector<std::string> reference_off_model; // where the reference is not as the model says
    std::size_t looks = 0, pages = 0, entries = 0;

    bool regressed() const { return !lost.empty() || !failed.empty() || !complaints.empty(); }
};

// `reference` null: there is no other kernel. The reference is then what this kernel's own walk finds in the same state
// when trees hand out all of their VMAs, and what `naive` finds in the model, where the model is in that state.
TraceVerdict judge_trace(const GuestScript& script, const TraceResult* reference, const TraceResult& candidate);

// Does the model's strategy of this name lose (against naive) exactly what the guest's candidate lost (against the walk
// over all VMAs, of the reference if there is one), look by look? Empty: yes. Else the first difference.
std::string differs_from_strategy(const GuestScript& script, const TraceResult* reference, const TraceResult& candidate,
                                  const std::string& strategy);

std::string at_text(MappedAt at); // "1:0x12000"

} // namespace checker::kernels::uml
