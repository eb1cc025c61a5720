// Another program, run by a test in a folder of its own, with what it said in a log.
#pragma once

#include <string>
#include <vector>

#include "checker/support/run.h"

inline checker::ProgramEnd run_here(const std::vector<std::string>& arguments, const std::string& folder,
                                    const std::string& log) {
    checker::Command c;
    c.arguments = arguments;
    c.folder = folder;
    c.log = log;
    return checker::run(c);
}
