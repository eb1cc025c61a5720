// Files that are part of the program, put there by the build (uml.cmake).
#pragma once

#include <string_view>

namespace checker::kernels::uml {

std::string_view rmapcheck_c();   // kernel/rmapcheck.c
std::string_view observe_edit();  // kernel/observe.edit
std::string_view fixes_edit();    // kernel/fixes.edit
std::string_view kernel_config(); // kernel/config

} // namespace checker::kernels::uml
