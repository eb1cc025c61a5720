// Which rules does a kernel have? Asked of the kernel itself, where its number does not say: rules arrive in stable and
// vendor releases one by one.
//
// A probe is a short trace on which the model does one thing where the rule holds and another where it does not, and
// something that every observer of a machine sees: a result, or the borders of VMAs. It is played, and what the kernel
// did is compared with both.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/trace/trace.h"
#include "model/versions.h"

namespace checker::kernels {

struct Probe {
    bool model::Rules::*rule;
    std::string_view trace; // without its first line
};
// THE list. `mremap_counts_early` has none: it shows only in a process with as many VMAs as the machine allows.
std::span<const Probe> probes();

// Does the kernel do, on this trace, what the model does under these rules?
struct Trial {
    model::Trace trace;
    model::Rules rules;
};
enum class TrialAnswer : unsigned char { agrees, differs, not_played };
using Ask = std::function<std::vector<TrialAnswer>(std::span<const Trial>)>; // all at once: a guest is booted once

struct FoundRules {
    model::Rules rules;
    std::vector<std::string> remarks; // a line for each rule that is not as assumed, or that could not be told
};
// The rules of the kernel that `ask` asks. Those that cannot be told are as in `assumed`.
FoundRules find_rules(const model::Rules& assumed, const Ask& ask);

} // namespace checker::kernels
