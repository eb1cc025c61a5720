// Exported C programs as the first of a guest, held against the model.
#pragma once

#include <nlohmann/json.hpp>

#include "tests/checker/kernels/uml/guests.h"

namespace checker::kernels::uml {

// Three that fit a test of everything, and all that were found and can be exported.
std::vector<model::Trace> some_programs();
std::vector<model::Trace> all_programs();

// Each trace as a program of that kernel, and of the one without the patch: what it says is what the model says of the
// walk, or that it cannot tell. Returns the rows of docs/reports/programs.md.
nlohmann::json expect_programs_agree(const Room& room, const JudgedKernel& judged,
                                     const std::vector<model::Trace>& traces);

} // namespace checker::kernels::uml
