// fork: the pid of the child is chosen by the kernel, within what the sequence may have of processes.
#pragma once

#include "checker/facets/questions.h"
#include "model/kernel.h"

namespace checker::inline facets {

template <> struct Facets<model::Fork> : OperationDefaults<model::Fork> {
    static constexpr std::uint32_t weight = 5;
    static constexpr unsigned opens_shared = 3;
    static std::optional<model::Result> told(Draft& d, const model::Fork&) {
        constexpr model::Pid most_pids = 60; // what plays a sequence on a running kernel keeps a table of 64
        if (live(d.k) >= d.scope.processes) return {};
        if (d.last_pid < most_pids) return model::Result::of(++d.last_pid);
        model::Pid pid = 1;
        while (model::find_process(d.k, pid)) ++pid;
        return model::Result::of(pid);
    }
    static bool possible(const model::Kernel&, const std::optional<model::Result>& told) { return told.has_value(); }

    static constexpr bool explored = true;
    static bool enabled(const model::Kernel& k, const Bounds& b, model::Id<model::Mm>, const model::Fork&) {
        return live(k) < b.processes;
    }

    static constexpr Brought brings = Brought::by_copy;

    static constexpr std::uint64_t rank = 0;
    static bool stands_in(const model::Fork&) { return false; }
    static bool kernel_chooses(const model::Fork&) { return true; }

  private:
    static std::size_t live(const model::Kernel& k) {
        std::size_t n = 0;
        for (model::Id<model::Mm> mm = k.processes.first(k.mms); mm; mm = k.processes.next(k.mms, mm)) ++n;
        return n;
    }
};

} // namespace checker::inline facets
