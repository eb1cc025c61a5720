#include "model/ops/ksmd.h"

#include "model/ksm.h"
#include "model/ops/knob.h"

namespace model {

Result apply(Context c, const Ksmd& op) {
    for (std::uint64_t n = 0; n < op.scans.v && c.k.ksm.slots_first; ++n) ksm_full_scan(c.k);
    return {};
}

namespace {

// max_page_sharing_store(): not while anything is merged.
Errno set_max_page_sharing(Kernel& k, std::uint64_t value) {
    if (value < 2 || value > INT32_MAX) return Errno::einval;
    if (value == k.config.max_page_sharing) return Errno::ok;
    if (ksm_counters(k).pages_shared || !remove_all_stable_nodes(k)) return Errno::ebusy;
    k.config.max_page_sharing = static_cast<std::uint32_t>(value);
    return Errno::ok;
}

} // namespace

Result apply(Context c, const SetKnob& op) {
    Config& config = c.k.config;
    switch (op.knob.v) {
    case KnobName::max_page_sharing: return set_max_page_sharing(c.k, op.value.v);
    case KnobName::run:
        if (op.value.v > 2) return Errno::einval;
        if (config.run != op.value.v && op.value.v == 2) {
            config.run = 2;
            unmerge_and_remove_all_rmap_items(c.k);
        }
        config.run = static_cast<std::uint8_t>(op.value.v);
        return {};
    case KnobName::smart_scan:
    case KnobName::use_zero_pages:
        if (op.value.v > 1) return Errno::einval;
        (op.knob.v == KnobName::smart_scan ? config.smart_scan : config.use_zero_pages) = op.value.v;
        return {};
    }
    return Errno::einval;
}

} // namespace model
