// Boots a guest kernel, has it play scripts, and reads what it saw.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "checker/kernels/uml/script.h"
#include "checker/kernels/uml/tree.h"

namespace checker::kernels::uml {

// A KSM page, as the guest's kernel reports it.
struct SeenPage {
    std::uint64_t frame = 0;
    std::int64_t mapcount = 0;
    std::uint64_t visited = 0;                   // VMAs taken from interval trees in one walk
    std::int64_t nanoseconds = 0;                // of one walk, the best of three
    std::set<MappedAt> found;                    // by its own walk
    std::set<MappedAt> by_all;                   // only by the walk for which trees hand out all VMAs
    std::map<Pid, model::Vpn> told, told_by_all; // whom collect_procs_ksm() tells of a failure, and of which page
    bool overflow = false;                       // there were more
    bool strangers = false;                      // it found an entry of a process that is not the trace's
};
struct SeenEntry {
    bool present = false; // else swapped
    bool file = false;    // of a file, or shared
    std::uint64_t frame = 0;
};
struct Look {
    std::vector<SeenPage> pages;
    std::vector<GuestVma> vmas;
    std::map<MappedAt, SeenEntry> entries;
    std::map<MappedAt, bool> idle; // by page_idle: did the walk find the entry?
    std::set<Pid> too_large;       // processes with a VMA whose entries were not read
};

struct TraceResult {
    bool begun = false, ended = false;
    std::map<std::uint64_t, std::int64_t> answers;     // by number of record
    std::set<std::uint64_t> dead;                      // records whose process was gone
    std::set<std::uint64_t> waits;                     // records whose process, or operation in flight, waits
    std::map<std::uint64_t, std::string> points;       // where the operation in flight of a record stood behind it
    std::map<std::uint64_t, std::set<MappedAt>> stale; // migration entries that are nobody's, behind a record
    std::map<std::uint64_t, Look> looks;
    std::vector<std::string> complaints; // warnings and oopses in the kernel's log
    std::string broke_off;               // how the guest ended here, if it did; with the end of its log
    std::string unreadable;              // a line of it that the guest cannot have meant, if there is one
    std::string not_played;              // why no guest was asked
};

struct GuestRun {
    std::vector<TraceResult> traces;     // as the scripts
    std::vector<std::string> complaints; // before the first trace
    double seconds = 0;
    std::size_t hangs = 0;
    std::size_t boots = 0, remembered = 0; // guests started; guests whose results were kept from an earlier time
};

struct PlayLimits {
    double patience = 120;                      // seconds without a sign of life, on a machine that may be busy
    std::size_t hangs = ~std::size_t{0};        // after so many nothing more is played
    std::chrono::steady_clock::time_point end = // no guest runs longer
        std::chrono::steady_clock::time_point::max();
};

// Plays every script that can be played. A guest that breaks off in the middle of a trace is started again behind it.
// Throws model::CannotTell if a guest does not come as far as its first trace. Several may run at a time.
//
// `memory`: a folder where the results of guests that came to their end are kept, and taken from, by kernel and script:
// a guest does the same every time. `kernel` must then name what it was built from. Empty: nothing is kept.
GuestRun play_in_guest(const std::string& kernel, std::span<const GuestScript> scripts, const std::string& room,
                       const Progress& progress, const std::string& memory = {}, const PlayLimits& limits = {});

} // namespace checker::kernels::uml
