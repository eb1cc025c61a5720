// What gate_kernel() found, as text and as JSON.
#pragma once

#include <nlohmann/json.hpp>

#include <optional>
#include <string>
#include <vector>

#include "checker/kernels/uml/verdict.h"

namespace checker::kernels::uml {

struct Cost { // of one walk of one KSM page, the dearest of a workload
    std::string workload;
    std::uint64_t visited = 0, visited_before = 0;
    std::int64_t nanoseconds = 0, nanoseconds_before = 0;
    std::string not_measured; // why not; empty: it was
};

struct Side { // one kernel
    double build_seconds = 0, play_seconds = 0;
    bool cached = false;
    std::size_t boots = 0, remembered = 0; // guests that ran; those whose results were known
};

struct Findings {
    std::string tree, version, rules; // of the tree; of the model
    std::vector<std::string> remarks; // on the rules: why they may not be this kernel's, and what probes told
    std::vector<std::string> base, patches, fixes;
    std::size_t random = 0; // sequences among the traces
    std::uint64_t seed = 0; // of these
    bool has_reference = false;
    Side reference, candidate;
    std::vector<TraceVerdict> verdicts;
    std::string strategy;                      // of the model, that the candidate is said to be
    std::vector<std::string> strategy_differs; // traces on which it is not what the model says
    std::vector<Cost> costs;
    std::optional<model::Trace> smallest; // minimized on the kernel
    std::string smallest_path;
};

std::string findings_text(const Findings& f);
nlohmann::json findings_json(const Findings& f);
bool refuted(const Findings& f);
// Why no verdict can be given although the guests ran; empty if one can.
std::string no_verdict(const Findings& f);

} // namespace checker::kernels::uml
