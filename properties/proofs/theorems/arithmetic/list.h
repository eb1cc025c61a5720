// The theorems about the arithmetic alone, one file each. What a file keeps to itself has a namespace with a name, so
// that the mutation test can compile all of them as one source.
#pragma once

#include "properties/proofs/theorem.h"

namespace properties::proofs::theorems {

const Theorem& linear_index_kept();
const Theorem& both_offsets();
const Theorem& unfaulted_move();
const Theorem& interval_contains();
const Theorem& vma_address_inverse();
const Theorem& edges();
const Theorem& merge_joins();
const Theorem& split_partitions();
const Theorem& one_offset();
const Theorem& no_wrap_around();

// All of them, in the order in which they are shown.
std::span<const Theorem* const> arithmetic();

} // namespace properties::proofs::theorems
