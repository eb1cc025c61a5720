// knob: a setting of KSM.
#pragma once

#include "checker/facets/questions.h"

namespace checker::inline facets {

template <> struct Facets<model::SetKnob> : OperationDefaults<model::SetKnob> {
    static constexpr std::uint32_t weight = 1;
    static bool in_bounds(const Bounds&, const model::SetKnob& op) {
        switch (op.knob.v) {
        case model::KnobName::max_page_sharing: return op.value.v >= 2;
        case model::KnobName::run: return op.value.v == 1 || op.value.v == 2;
        default: return op.value.v < 2;
        }
    }
    static constexpr bool changes_items = true;
};

} // namespace checker::inline facets
