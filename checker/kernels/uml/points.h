// Where operations in flight stand, in the words of a guest (guest/kernel/points.edit).
#pragma once

#include <string_view>

#include "model/kernel.h"

namespace checker::kernels::uml {

// The point of the model at which it stands: "loop" before the loop of a walk over a tree, "visit" within one,
// "unmapped" between walks or behind one; those of mremap, fork and ksmd are called like the model's. "over" where it
// is. (model/flight.h)
std::string_view point_name(const model::Flight& f);

// Does an operation in flight hold the mmap_lock of this process?
bool mmap_lock_is_held(const model::Kernel& k, model::Id<model::Mm> mm);

} // namespace checker::kernels::uml
