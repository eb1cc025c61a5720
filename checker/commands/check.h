// `rmapcheck check`. Its properties live further to the right than this folder may look: main.cpp hands them in.
#pragma once

#include "checker/commands/verb.h"
#include "checker/search/property.h"

namespace checker::inline commands {

std::function<int()> setup_check(CommandLine&, const Shared&, const Lists&);

} // namespace checker::inline commands
