// knob: a setting of /sys/kernel/mm/ksm. mm/ksm.c, the *_store() functions.
#pragma once

#include <tuple>

#include "model/ops/fields.h"

namespace model {

struct SetKnob {
    Knob knob;
    KnobValue value;

    static constexpr std::string_view name = "knob";
    static constexpr bool by_kernel = true;
    static constexpr auto fields = std::tuple{&SetKnob::knob, &SetKnob::value};
    friend bool operator==(const SetKnob&, const SetKnob&) = default;
};

// 0. EINVAL; EBUSY for max_page_sharing while KSM pages exist.
Result apply(Context c, const SetKnob& op);

} // namespace model
