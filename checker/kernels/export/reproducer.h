// The C program that shows a lost entry, as text (reproducer/*.c, put here by the build: export.cmake).
#pragma once

#include <string>
#include <string_view>

namespace checker::kernels {

// MOST_PROCESSES of reproducer/ksmd.c, and the descriptors between FIRST_FILE and what a process may open at least.
inline constexpr unsigned most_processes = 64, most_files = 90;

// The program with these tables in it: nr_processes, nr_files, file_size, begin_*, actions, entries and used. Its last
// part is a main() that is a program by itself, or a test for the harness of tools/testing/selftests.
enum class AsWhat { main, kselftest };
std::string reproducer(std::string_view tables, AsWhat ending);

// The parts, in their order.
std::string_view reproducer_ksmd(), reproducer_pages(), reproducer_processes(), reproducer_means(), reproducer_watch(),
    reproducer_main(), reproducer_kselftest();

} // namespace checker::kernels
