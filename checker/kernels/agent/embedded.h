// Files that are part of the program, put there by the build (checker/kernels/agent/embed.cmake).
#pragma once

#include <span>

namespace checker::kernels {

// The agent, an ELF executable; empty where it was not built (it knows x86-64 only).
std::span<const unsigned char> agent_file();

} // namespace checker::kernels
