// Builds the private copy of a tree as a User-Mode Linux kernel.
#pragma once

#include <string>

#include "checker/kernels/uml/tree.h"

namespace checker::kernels::uml {

struct Built {
    std::string kernel;  // the program
    bool cached = false; // it had been built before
    double seconds = 0;
    std::string key; // names what it was built from
};

// The programs that a build needs and that are not there, each after a blank.
std::string missing_programs();

// A kernel with this overlay, from the cache if it was built before. Throws model::CannotTell with the end of the log.
Built build_kernel(Copy& copy, const Overlay& overlay, const std::string& cache, unsigned jobs, const std::string& what,
                   const Progress& progress);

} // namespace checker::kernels::uml
