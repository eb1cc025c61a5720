// The part of a picture that is only to be had from the kernel's own structures.
#pragma once

#include <optional>
#include <span>

#include "checker/kernels/agent/executor.h"
#include "checker/kernels/sight/kernel_memory.h"
#include "checker/kernels/sight/picture.h"

namespace checker::kernels {

// Fills in page offsets, anon_vmas and their trees, what struct page says, stable nodes and rmap_items. The processes
// must be at rest.
Available<void> look_into_kernel(KernelMemory& memory, std::span<const Process> processes, Picture& picture);

} // namespace checker::kernels
