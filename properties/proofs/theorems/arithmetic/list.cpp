#include "properties/proofs/theorems/arithmetic/list.h"

#include <array>

namespace properties::proofs::theorems {

std::span<const Theorem* const> arithmetic() {
    static const std::array list{&linear_index_kept(),   &both_offsets(),  &unfaulted_move(), &interval_contains(),
                                 &vma_address_inverse(), &edges(),         &merge_joins(),    &split_partitions(),
                                 &one_offset(),          &no_wrap_around()};
    return list;
}

} // namespace properties::proofs::theorems
