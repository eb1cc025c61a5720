#include "properties/proofs/theorems/strategies/list.h"

#include <array>

namespace properties::proofs::theorems {

std::span<const Theorem* const> strategies() {
    static const std::array list{&naive(),      &addr_shift(),    &two_pass(),           &remap_bit(),
                                 &vm_pgoff(),   &linear_index(),  &linear_index_union(), &orig_vma(),
                                 &anon_index(), &anon_vm_pgoff(), &file_index()};
    return list;
}

} // namespace properties::proofs::theorems
