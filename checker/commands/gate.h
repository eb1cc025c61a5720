// `rmapcheck gate`. Some of its tiers live further to the right than this folder may look: main.cpp hands them in.
#pragma once

#include <span>

#include "checker/commands/verb.h"
#include "checker/gate/tier.h"
#include "checker/kernels/uml/gate_kernel.h"

namespace checker::inline commands {

std::function<int()> setup_gate(CommandLine&, const Shared&, std::span<const Tier> tiers);
// gate --kernel: a real kernel is built with the patches, and its own walk is judged (docs/guide.md).
struct KernelGateOptions {
    kernels::uml::GuestOptions guest; // but for what is read of the files below
    std::string corpora;
    std::vector<std::string> traces;
    std::string format = "text";
    std::string shard;
    std::string html; // a page of what is lost; empty: none
    bool no_time = false;
};
void add_kernel_options(CommandLine&, KernelGateOptions&);
int gate_of_a_kernel(const Shared& shared, const KernelGateOptions& options);
// What it finds, before anything is said of it. Throws as kernels::uml::gate_kernel() does.
kernels::uml::Findings findings_of_a_kernel(const Shared& shared, const KernelGateOptions& options);

} // namespace checker::inline commands
