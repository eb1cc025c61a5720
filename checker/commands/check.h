// `rmapcheck check`. Its properties live further to the right than this folder may look: main.cpp hands them in.
#pragma once

#include "checker/commands/verb.h"
#include "checker/property.h"

namespace checker {

std::function<int()> setup_check(CLI::App&, const Shared&, const Lists&);

} // namespace checker
