#include "model/ops.h"

#include "model/limits.h"

namespace model {

std::string_view name_of(const Operation& op) {
    return std::visit([](const auto& o) { return o.name; }, op);
}

bool by_kernel(const Operation& op) {
    return std::visit([](const auto& o) { return o.by_kernel; }, op);
}

Returns returned_by(const Operation& op) {
    return std::visit([]<class Op>(const Op&) { return returns_of<Op>(); }, op);
}

Result play(Kernel& k, const Step& step) {
    require_time(k.config);
    require_room(k.config, k.avcs.live_count(), "anon_vma_chains");
    Context c{k, {}, step.expected ? &*step.expected : nullptr};
    if (!by_kernel(step.op)) {
        c.mm = find_process(k, step.pid);
        if (!c.mm)
            throw BadInput("process " + std::to_string(step.pid) + " does not exist here", "one that fork() made");
    }
    return std::visit([&](const auto& op) { return apply(c, op); }, step.op);
}

} // namespace model
