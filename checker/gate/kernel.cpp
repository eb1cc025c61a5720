#include "checker/gate/kernel.h"

namespace checker::inline gate {

Seen seen_in(const kernels::uml::Findings& f) {
    if (kernels::uml::regressed(f)) return Seen::refuted;
    return kernels::uml::why_silent(f).empty() ? Seen::nothing : Seen::open;
}

Standing standing_of(const kernels::uml::Findings& f) {
    const Seen seen[] = {seen_in(f)};
    return decide({.candidate = true}, seen);
}

} // namespace checker::inline gate
