// THE list of operations. To add one: its file in model/ops/, and its line here.
#pragma once

#include <optional>
#include <variant>

#include "model/ops/advance.h"
#include "model/ops/brk.h"
#include "model/ops/exit.h"
#include "model/ops/fallocate.h"
#include "model/ops/fork.h"
#include "model/ops/ftruncate.h"
#include "model/ops/knob.h"
#include "model/ops/ksmd.h"
#include "model/ops/load.h"
#include "model/ops/madvise.h"
#include "model/ops/migrate.h"
#include "model/ops/mlock.h"
#include "model/ops/mmap.h"
#include "model/ops/mprotect.h"
#include "model/ops/mremap.h"
#include "model/ops/munlock.h"
#include "model/ops/munmap.h"
#include "model/ops/prctl.h"
#include "model/ops/store.h"
#include "model/ops/swap_cache_drop.h"
#include "model/ops/swap_out.h"
#include "model/ops/walk.h"

namespace model {

using Operation =
    std::variant<Mmap, Munmap, Mprotect, Madvise, Mremap, Brk, Mlock, Munlock, Prctl, Fork, Exit, Store, Load, Ksmd,
                 SetKnob, SwapOut, SwapCacheDrop, Migrate, Walk, Advance, Finish, Ftruncate, Fallocate>;

// One line of a trace: who does what, and what it must return.
struct Step {
    Pid pid = 0; // 0: the kernel, written '*'
    Operation op;
    std::optional<Result> expected;
    std::uint32_t line = 0; // in the file it was read from; 0 if there is none
    FlightName begins{};    // it only begins, and is called that; else it is played to its end

    friend bool operator==(const Step& a, const Step& b) {
        return a.pid == b.pid && a.op == b.op && a.expected == b.expected && a.begins == b.begins;
    }
};

// The name of an operation, as traces write it.
std::string_view name_of(const Operation& op);
bool by_kernel(const Operation& op);
Returns returned_by(const Operation& op);
// The operation in flight that it lets go on, if it is about one.
std::optional<FlightName> going_on(const Operation& op);
// What an operation is about to do: of one that lets another go on, one of that kind. Asked before it is played.
Operation stands_for(const Kernel& k, const Operation& op);
// Finishes what is in flight, in whatever order it can be. Is nothing in flight then, and nothing stale?
bool land(Kernel& k);
// Has it points at which it can stop, so that it can be begun?
bool has_points(const Operation& op);

// Plays one step. The result is the model's own, whatever the step expects. Throws BadInput if the step cannot be
// played here: no such process, a choice of the kernel's that the trace does not state, or a page table that holds what
// nobody will put right (Kernel::stale). Throws WouldWait (model/locks.h), and leaves the machine as it was, if the
// step would wait for an operation in flight. An operation that only begins returns what the trace states, if it does.
Result play(Kernel& k, const Step& step);

} // namespace model
