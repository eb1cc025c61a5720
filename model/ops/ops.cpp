#include "model/ops.h"

#include "model/limits.h"
#include "model/locks.h"

namespace model {
namespace {

template <class Op>
concept HasPoints = requires(Context c, const Op& op) {
    begin(c, op);
};

Result play_at_once(Context& c, const Step& step) {
    return std::visit([&](const auto& op) { return apply(c, op); }, step.op);
}

Result begin_flight(Context& c, const Step& step) {
    if (find_flight(c.k, step.begins))
        throw BadInput("an operation in flight is called " + std::string(step.begins.view()) + " already",
                       "another name");
    std::visit(
        [&]<class Op>(const Op& op) {
            if constexpr (HasPoints<Op>) {
                c.k.flights.push_back({step.begins, step.pid, begin(c, op)});
            } else
                throw BadInput(std::string(Op::name) + " has no point to stop at", "an operation that has");
        },
        step.op);
    return step.expected ? *step.expected : Result{};
}

} // namespace

std::string_view name_of(const Operation& op) {
    return std::visit([](const auto& o) { return o.name; }, op);
}

bool by_kernel(const Operation& op) {
    return std::visit([](const auto& o) { return o.by_kernel; }, op);
}

Returns returned_by(const Operation& op) {
    return std::visit([]<class Op>(const Op&) { return returns_of<Op>(); }, op);
}

std::optional<FlightName> going_on(const Operation& any) {
    return std::visit(
        []<class Op>(const Op& op) -> std::optional<FlightName> {
            if constexpr (requires { op.flight; }) return op.flight.v;
            return {};
        },
        any);
}

bool has_points(const Operation& op) {
    return std::visit([]<class Op>(const Op&) { return HasPoints<Op>; }, op);
}

Operation stands_for(const Kernel& k, const Operation& op) {
    const auto name = going_on(op);
    const Flight* f = name ? find_flight(k, *name) : nullptr;
    if (!f) return op;
    struct Kind {
        Operation operator()(const Migrating&) const { return Migrate{}; }
        Operation operator()(const Reclaiming&) const { return SwapOut{}; }
        Operation operator()(const Moving&) const { return Mremap{}; }
        Operation operator()(const Forking&) const { return Fork{}; }
        Operation operator()(const Scanning&) const { return Ksmd{}; }
    };
    return std::visit(Kind{}, f->what);
}

bool land(Kernel& k) {
    for (bool any = true; any && !k.flights.empty() && !k.stale;) {
        any = false;
        for (std::size_t n = 0; n < k.flights.size() && !k.stale; ++n)
            for (const Operation& how :
                 {Operation(Finish{{k.flights[n].name}}), Operation(Advance{{k.flights[n].name}})}) {
                try {
                    play(k, {0, how, {}, 0});
                } catch (const BadInput&) { // it would wait, or nobody says what the kernel chooses
                    continue;
                }
                any = true;
                break;
            }
    }
    return k.flights.empty() && !k.stale;
}

Result play(Kernel& k, const Step& step) {
    require_time(k.config);
    require_room(k.config, k.avcs.live_count(), "anon_vma_chains");
    if (k.stale)
        throw BadInput("a migration entry names a page whose migration is over: nothing is played on from here",
                       "the trace ends before this step");
    Context c{k, {}, step.expected ? &*step.expected : nullptr};
    if (!by_kernel(step.op)) {
        c.mm = find_process(k, step.pid);
        if (!c.mm)
            throw BadInput("process " + std::to_string(step.pid) + " does not exist here", "one that fork() made");
    }
    if (k.flights.empty()) [[likely]]
        return step.begins ? begin_flight(c, step) : play_at_once(c, step);
    Kernel before = k;
    try {
        if (c.mm) need_mmap_lock(k, c.mm);
        return step.begins ? begin_flight(c, step) : play_at_once(c, step);
    } catch (const BadInput&) {
        k = std::move(before);
        throw;
    }
}

} // namespace model
