// `rmapcheck gate --kernel TREE --patch FILE…`: does a patched kernel's own rmap_walk_ksm() lose an entry?
//
// The tree is copied, built as User-Mode Linux with and without the patches, and both guests play the same traces
// (docs/guide.md). What the unpatched kernel finds and the patched one does not is a regression. Without a patch
// the tree itself is the candidate, and the reference is what its own walk finds when interval trees hand out all of
// their VMAs. What follows from it all, the gate decides (checker/gate/kernel.h).
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "checker/kernels/uml/findings.h"
#include "checker/kernels/uml/tree.h"
#include "model/trace/trace.h"

namespace checker::kernels::uml {

struct GuestOptions {
    std::string kernel;               // a tree, an archive, or debian-VERSION; empty: debian-6.12
    std::vector<std::string> base;    // patches of the reference and the candidate, before `patches`
    std::vector<std::string> patches; // applied in this order; together they are the candidate
    std::vector<model::Trace> traces; // what is played
    std::size_t random = 0;           // and so many random sequences
    std::uint64_t seed = 1;           // of these
    Shard shard;                      // of all of them; walks with thousands of VMAs are the first share's
    std::string cache;                // empty: XDG_CACHE_HOME/rmapcheck, or ~/.cache/rmapcheck
    std::string save;                 // where a minimized trace goes; empty: the current folder
    double seconds = 0;               // for building, playing and minimizing; 0: no limit
    unsigned jobs = 0;                // of make; 0: as many as processors
    bool minimize = true;             // the first regression, on the kernel itself
    bool timing = true;               // the walk with thousands of VMAs, visited VMAs and nanoseconds
    bool effects = false;             // what becomes of entries that are missed
    // A C program for a kernel of these rules, which both kernels start as their first; throws BadInput if there is
    // none. May be empty.
    std::function<std::string(const model::Config&)> program;
    Progress progress;
};

// Builds, plays and compares. Throws model::BadInput for what the user named wrongly, model::CannotTell (with
// the end of a log) and std::filesystem::filesystem_error where the kernels cannot be made or run.
Findings gate_kernel(const GuestOptions& options);

// Is this a tree, an archive of one, or the name of a source? To be asked before long work. Throws as gate_kernel().
void require_tree(const std::string& kernel, const std::string& cache);

// Why this source of Debian's cannot be built on this machine: what is missing. Empty: it can.
std::string no_kernel_here(const std::string& kernel = "debian");

} // namespace checker::kernels::uml
