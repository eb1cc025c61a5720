#include "checker/kernels/uml/findings.h"

#include <algorithm>

#include <fmt/format.h>

namespace checker::kernels::uml {

bool regressed(const Findings& f) {
    return std::ranges::any_of(f.verdicts, [](const TraceVerdict& v) { return v.regressed(); });
}

std::string why_silent(const Findings& f) {
    std::string absent;
    for (const std::string& name : f.not_in_the_guest) absent += (absent.empty() ? "" : ", ") + name;
    if (f.same_kernel)
        return fmt::format("the patched kernel is the unpatched one, byte for byte, and nothing was judged{}",
                           absent.empty() ? "" : fmt::format(" (not in the guest: {})", absent));
    for (const TraceVerdict& v : f.verdicts)
        if (!v.contradictions.empty())
            return fmt::format("the ways to observe contradict each other ({}: {})", v.name, v.contradictions.front());
    if (std::ranges::none_of(f.verdicts, [](const TraceVerdict& v) { return v.not_judged.empty(); }))
        return "no trace could be played";
    if (std::ranges::none_of(f.verdicts, [](const TraceVerdict& v) { return v.pages > 0; }))
        return "no KSM page was seen in any trace";
    return {};
}

} // namespace checker::kernels::uml
