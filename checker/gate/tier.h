// A tier of the gate: one way of putting walk strategies to the test. The gate asks all of them and makes one verdict.
//
// To add a tier: a function that makes it, and its line in the list in checker/main.cpp.
#pragma once

#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "checker/gate/gate.h"
#include "checker/search/property.h"

namespace checker::inline gate {

struct TierRequest {
    std::vector<const Strategy*> strategies; // in the order of the catalogue
    bool candidate = false;                  // the user named them: each must find what naive finds
    std::string corpora;                     // folder
    double budget = 0;                       // seconds; a tier that can be cut short keeps to it
    std::uint64_t seed = 1;
    std::function<void(const std::string&)> progress;
};

// What a tier says of one strategy.
struct TierRow {
    const Strategy* strategy = nullptr;
    Standing standing = Standing::unknown;
    std::vector<std::string> cells;        // under the tier's columns
    std::optional<std::size_t> operations; // of the shortest trace that refutes it, if it is refuted
    std::string refuted_by;                // where that trace is, or what it does: for the table
    std::string detail;                    // printed if the strategy should not have been refuted: the trace
    std::string reproduce;                 // the command that shows it
};

struct TierResult {
    std::vector<TierRow> rows;         // one for each strategy, or none: the tier tests the model
    std::string summary;               // one line below the table
    std::vector<std::string> failures; // what is wrong with the model or with a trace, "FILE:LINE: …"
    std::string reproduce;             // the command that shows the first of them
    bool defect = false;               // they are defects of rmapcheck
    std::string cannot_tell;           // why the tier did not say all that it should: interrupted, unknown
    std::string skipped;               // why it could not run here
    nlohmann::json json;
};

struct Tier {
    std::string name;
    std::string sentence;
    std::vector<std::string> columns;
    double budget = 0; // seconds, unless the user gives another; 0: it is not bounded by time
    std::function<TierResult(const TierRequest&)> run;
};

Tier corpus_tier();
Tier random_tier(const Lists& lists);
Tier explore_tier();
Tier live_tier();

} // namespace checker::inline gate
