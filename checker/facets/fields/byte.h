// The content of a page: few, so that pages are alike.
#pragma once

#include "checker/facets/questions.h"

namespace checker::inline facets {

template <> struct Facets<model::Byte> : FieldDefaults<model::Byte> {
    static void draw(Draft& d, model::Byte& f) {
        f.v = static_cast<std::uint8_t>(d.random.percent(4) ? 0 : pages_up_to(d, d.mix.contents));
    }

    static std::vector<model::Byte> choices(const Bounds& b, model::Pid) {
        std::vector<model::Byte> all;
        if (b.config.use_zero_pages) all.push_back({0});
        for (unsigned i = 0; all.size() < b.contents; ++i) all.push_back({static_cast<std::uint8_t>(0x11 * (i + 1))});
        return all;
    }

    static std::uint64_t rank(const model::Byte& f) { return f.v ? f.v - 1u : 1000; }
    static std::vector<model::Byte> values(const ValuesInUse&) { return {{1}, {2}}; }
    static model::Byte as_choice(const model::Byte& f) { return {static_cast<std::uint8_t>(0x11 * f.v)}; }
};

} // namespace checker::inline facets
