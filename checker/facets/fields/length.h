// Lengths: they often end where a VMA ends.
#pragma once

#include "checker/facets/questions.h"

namespace checker::inline facets {

template <> struct Facets<model::Length> : FieldDefaults<model::Length> {
    static void draw(Draft& d, model::Length& f) {
        if (d.lengths++) { // mremap's new length: mostly the old one
            f.v = d.length || !d.mix.shared ? d.length : model::PAGE_SIZE;
            if (d.random.percent(15)) f.v += model::PAGE_SIZE * pages_up_to(d, 2);
            if (d.random.percent(5) && f.v > model::PAGE_SIZE) f.v -= model::PAGE_SIZE;
        } else {
            std::uint64_t pages = d.random.percent(50) ? 1 : pages_up_to(d, 4);
            if (d.random.percent(30) && d.mm)
                if (model::Id<model::Vma> vma = model::vma_at(d.k, d.mm, d.at)) // never so many that filling takes long
                    pages = std::min<std::uint64_t>((d.k.vmas[vma].range.end - d.at).n, 2 * d.scope.pages);
            if (d.mix.shared && d.random.percent(5)) pages = 0; // mremap duplicates shared memory
            d.length = f.v = pages << model::PAGE_SHIFT;
        }
        if (!goes_wrong(d, 40)) return;
        constexpr std::uint64_t odd[] = {0, 1, 0x1800, model::TASK_SIZE, ~std::uint64_t{0}};
        d.length = f.v = d.random.pick(odd);
    }

    static std::vector<model::Length> choices(const Bounds& b, model::Pid) {
        std::vector<model::Length> all; // 0: of an mremap that duplicates
        for (unsigned i = b.shared ? 0 : 1; i <= b.pages; ++i) all.push_back({i * model::PAGE_SIZE});
        return all;
    }

    static std::uint64_t rank(const model::Length& f) {
        return f.v ? (f.v - 1) / model::PAGE_SIZE + (f.v % model::PAGE_SIZE ? 1000 : 0) : 1000;
    }
    static std::vector<model::Length> values(const ValuesInUse& v) { return all_of<model::Length>(v.lengths); }
    static bool unusual(const model::Length& f) { return rank(f) >= 1000; }
};

} // namespace checker::inline facets
