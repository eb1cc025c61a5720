// Starting a guest: a kernel that is a program, and the one program in its first file system.
#pragma once

#include <string>
#include <string_view>

#include "checker/support/run.h"

namespace checker::kernels::guest {

// Freed VMAs are filled with a pattern, so that a walk that reads one does not go on as if nothing had happened.
inline constexpr const char* poison = "slub_debug=FP,vm_area_struct,anon_vma_chain,ksm_rmap_item,ksm_stable_node";

// A first file system with this program as /init and nothing else.
std::string initrd_of(std::string_view program);

// What starts the kernel on ROOM/initrd: its log is ROOM/log, and what else is in the room the guest may read.
Command guest_command(const std::string& kernel, const std::string& room);

} // namespace checker::kernels::guest
