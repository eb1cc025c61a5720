// `rmapcheck gate`. Some of its tiers live further to the right than this folder may look: main.cpp hands them in.
#pragma once

#include <span>

#include "checker/commands/verb.h"
#include "checker/gate/tier.h"

namespace checker::inline commands {

std::function<int()> setup_gate(CommandLine&, const Shared&, std::span<const Tier> tiers);
// gate --kernel: a real kernel is built with the patches, and its own walk is judged (docs/guide.md).
struct KernelGateOptions {
    std::string corpora, kernel, cache, save;
    std::vector<std::string> base, patches, traces;
    std::size_t random = 0;
    bool no_time = false;
    double seconds = 0; // for all; 0: no limit
};
void add_kernel_options(CommandLine&, KernelGateOptions&);
int gate_of_a_kernel(const Shared& shared, const KernelGateOptions& options);

} // namespace checker::inline commands
