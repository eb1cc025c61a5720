// The verdict on a patched kernel: what two guests showed, as evidence, and what follows.
#pragma once

#include "checker/gate/verdict.h"
#include "checker/kernels/uml/findings.h"

namespace checker::inline gate {

Seen seen_in(const kernels::uml::Findings& f);
// A kernel is a candidate: it holds, is refuted, or one cannot tell (why_silent()).
Standing standing_of(const kernels::uml::Findings& f);

} // namespace checker::inline gate
