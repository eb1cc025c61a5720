// The length of a file.
#pragma once

#include "checker/facets/questions.h"

namespace checker::inline facets {

template <> struct Facets<model::FileSize> : FieldDefaults<model::FileSize> {
    static void draw(Draft& d, model::FileSize& f) {
        const model::Vpn page = d.random.percent(15) ? model::Vpn{d.random.below(d.scope.pages)} : pool_page(d);
        f.v = model::address(page);
        if (goes_wrong(d, 50)) f.v = ~std::uint64_t{0xfff};
    }

    static std::vector<model::FileSize> choices(const Bounds& b, model::Pid) {
        std::vector<model::FileSize> all;
        for (unsigned i = 0; i < b.pages; ++i) all.push_back({i * model::PAGE_SIZE});
        return all;
    }

    static std::uint64_t rank(const model::FileSize& f) { return f.v / model::PAGE_SIZE; }
    static std::vector<model::FileSize> values(const ValuesInUse& v) {
        std::vector<model::FileSize> out = all_of<model::FileSize>(v.lengths);
        out.insert(out.begin(), {0});
        return out;
    }
};

} // namespace checker::inline facets
