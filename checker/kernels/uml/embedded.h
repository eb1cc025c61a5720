// Files that are part of the program, put there by the build (uml.cmake).
#pragma once

#include <string_view>

namespace checker::kernels::uml {

std::string_view rmapcheck_c();   // guest/kernel/rmapcheck.c
std::string_view flights_c();     // guest/kernel/flights.c
std::string_view points_edit();   // guest/kernel/points.edit
std::string_view observe_edit();  // guest/kernel/observe.edit
std::string_view fixes_edit();    // guest/kernel/fixes.edit
std::string_view kernel_config(); // guest/kernel/config

} // namespace checker::kernels::uml
