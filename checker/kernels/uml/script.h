// A trace as records for the init of a guest (agent/program/init.cc), and what the model expects of each look at it.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "checker/judge/judge.h"
#include "checker/kernels/agent/protocol.h"
#include "model/trace/trace.h"

namespace checker::kernels::uml {

using agent::Record, agent::Order;

struct GuestVma {
    Pid pid = 0;
    std::uint64_t start = 0, end = 0;
    std::string prot; // "rw-p"
    friend auto operator<=>(const GuestVma&, const GuestVma&) = default;
};

enum class Held : std::uint8_t { page, swap, zero, file, migration };
struct ExpectedEntry {
    Held kind = Held::page;
    std::uint32_t folio = 0; // equal where two entries map the same page
};

// Why the guest is looked at.
enum class Occasion : std::uint8_t {
    walk,  // a walk line of the trace
    end,   // after the last line
    healed // after full scans with nothing else running
};

// A look that the guest will take, and the model's state at that moment.
struct LookPoint {
    std::uint64_t number = 0; // of the record
    std::uint32_t line = 0;   // of the trace
    Occasion occasion = Occasion::walk;
    std::map<std::uint64_t, Pid> pid_of; // by the index that the guest knows
    std::vector<GuestVma> vmas;          // in order
    std::map<MappedAt, ExpectedEntry> entries;
    std::set<Pid> hidden; // nothing is expected of these: an operation in flight holds their mmap_lock
    // What strategies miss of the KSM pages, by name; the reference is always among them.
    std::map<std::string, std::set<MappedAt>> missed;
    std::set<std::string> reads_freed; // strategies that read a freed VMA: a kernel may find, miss, or die
};

struct RecordedStep { // one step of the trace, as a record
    std::uint32_t line = 0;
    std::string text;
    std::optional<std::int64_t> expected; // as the model returns it; none where nothing can be said (a fork's pid)
    std::string point;                    // where the operation in flight stands behind it; empty: it is about none
    bool may_be_stale = false;            // it may leave migration entries behind, and the guest says which
    std::set<MappedAt> stale;             // those that it leaves in the model
    std::map<std::uint64_t, Pid> pid_of;  // by the index that the guest knows, if it may be stale
};

struct GuestScript {
    std::string name; // of the trace, for messages
    const model::Trace* trace = nullptr;
    std::vector<Record> records;                 // from Order::begin to Order::end
    std::map<std::uint64_t, RecordedStep> asked; // by number of record
    std::vector<LookPoint> looks;
    std::string unplayable; // why a guest cannot play it; empty: it can
};

struct ScriptOptions {
    model::Config config;
    std::vector<const Strategy*> strategies; // beside naive
    bool compare = true;                     // false: what the model thinks is not asked (long traces)
    std::string no_points;                   // why operations cannot be stopped in these guests; empty: they can
};

GuestScript script_of(const model::Trace& trace, const ScriptOptions& options);

// Why no guest can play such a step; empty: it can. `before`: the model's state when it comes.
std::string unplayable_step(const model::Step& step, const model::Kernel& before);

} // namespace checker::kernels::uml
