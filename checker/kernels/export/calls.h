// Names of the system calls that lower() makes.
#pragma once

#include <string>

namespace checker::kernels {

std::string name_of_call(long number); // "mremap"; "syscall 25" for one that has no name here

} // namespace checker::kernels
