// Offsets in files. Of anonymous memory they have no meaning.
#pragma once

#include "checker/facets/questions.h"

namespace checker::inline facets {

template <> struct Facets<model::FileOffset> : FieldDefaults<model::FileOffset> {
    static void draw(Draft& d, model::FileOffset& f) {
        f.v = d.map_flags & model::map_anonymous ? 0 : model::address(d.random.percent(30) ? d.at : pool_page(d));
        if (goes_wrong(d, 100)) f.v = d.random.percent(50) ? f.v + 1 : ~std::uint64_t{0xfff};
    }

    static std::vector<model::FileOffset> choices(const Bounds& b, model::Pid) {
        std::vector<model::FileOffset> all;
        for (unsigned i = 0; i < b.pages; ++i) all.push_back({i * model::PAGE_SIZE});
        return all;
    }

    static std::uint64_t rank(const model::FileOffset& f) { return f.v / model::PAGE_SIZE; }
    static std::vector<model::FileOffset> values(const ValuesInUse& v) {
        std::vector<model::FileOffset> out = all_of<model::FileOffset>(v.addresses);
        out.insert(out.begin(), {0});
        return out;
    }
};

} // namespace checker::inline facets
