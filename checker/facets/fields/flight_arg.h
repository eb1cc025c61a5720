// An operation in flight: one of those that are.
#pragma once

#include "checker/facets/questions.h"

namespace checker::inline facets {

template <> struct Facets<model::FlightArg> : FieldDefaults<model::FlightArg> {
    static void draw(Draft& d, model::FlightArg& f) {
        const auto& all = d.k.flights;
        f.v =
            all.empty() ? model::FlightName::of("a") : all[d.random.below(static_cast<std::uint32_t>(all.size()))].name;
    }
    // By name: the first to begin has the first letter.
    static std::vector<model::FlightArg> choices(const Bounds& b, model::Pid) {
        std::vector<model::FlightArg> all;
        for (unsigned i = 0; i < std::max(1u, b.flights); ++i)
            all.push_back({model::FlightName::of({"abcdefgh" + i, 1})});
        return all;
    }
    static std::uint64_t rank(const model::FlightArg& f) {
        return static_cast<unsigned char>(f.v.text[0]) * std::uint64_t{256} + static_cast<unsigned char>(f.v.text[1]);
    }
    static std::vector<model::FlightArg> values(const ValuesInUse&) { return {}; }
};

} // namespace checker::inline facets
