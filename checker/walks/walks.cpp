#include "checker/walks/walks.h"

#include <array>

namespace checker::inline walks {

// One file each.
Strategy naive(), addr_shift(), two_pass(), remap_bit(), vm_pgoff(), linear_index(), linear_index_union(), orig_vma();

std::span<const Strategy> strategies() {
    // THE list, in the order in which it is shown. The reference comes first.
    static const std::array all{naive(),    addr_shift(),   two_pass(),           remap_bit(),
                                vm_pgoff(), linear_index(), linear_index_union(), orig_vma()};
    return all;
}

const Strategy* find_strategy(std::string_view name) {
    for (const Strategy& s : strategies())
        if (s.name == name) return &s;
    return nullptr;
}

const Strategy& reference() { return strategies().front(); }

} // namespace checker::inline walks
