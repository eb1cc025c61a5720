// A setting of KSM.
#pragma once

#include "checker/facets/questions.h"

namespace checker::inline facets {

template <> struct Facets<model::Knob> : FieldDefaults<model::Knob> {
    static void draw(Draft& d, model::Knob& f) {
        f.v = static_cast<model::KnobName>(d.random.below(std::size(model::knob_names)));
    }
    static std::vector<model::Knob> choices(const Bounds&, model::Pid) { return all(); }
    static std::uint64_t rank(const model::Knob& f) { return static_cast<std::uint64_t>(f.v); }
    static std::vector<model::Knob> values(const ValuesInUse&) { return all(); }

  private:
    static std::vector<model::Knob> all() {
        std::vector<model::Knob> out;
        for (std::size_t i = 0; i < std::size(model::knob_names); ++i) out.push_back({static_cast<model::KnobName>(i)});
        return out;
    }
};

} // namespace checker::inline facets
