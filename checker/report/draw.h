// A picture of the machine for a mailing list: address spaces, page offsets and what a walk finds, at most 72 columns.
#pragma once

#include <span>
#include <string>

#include "checker/judge/judge.h"

namespace checker::inline report {

// Draws every process of the machine, and under it what the verdicts say of the KSM pages.
std::string draw(const model::Kernel& k, std::span<const Verdict> verdicts);

} // namespace checker::inline report
