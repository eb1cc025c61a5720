// A tier of the gate: one way of putting walk strategies to the test. It reports evidence, as data: what follows from
// the evidence of all tiers, gate/verdict.h decides; how it reads, report/gate.h says.
//
// To add a tier: a function that makes it, and its line in the list in checker/main.cpp.
#pragma once

#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "checker/gate/verdict.h"
#include "checker/search/property.h"
#include "checker/support/progress.h"

namespace checker::inline gate {

struct TierRequest {
    std::vector<const Strategy*> strategies; // in the order of the catalogue
    bool candidate = false;                  // the user named them: each must find what naive finds
    std::string corpora;                     // folder
    const model::KernelVersion* version = &model::default_version(); // whose rules the model follows
    double budget = 0; // seconds; a tier that can be cut short keeps to it
    std::uint64_t seed = 1;
    Tell progress; // of one tier; several may tell at a time
};
model::Config config_of(const TierRequest& request);
HeldTo held_to(const TierRequest& request, const Strategy& s);

// Named values, as they go into a document. The report adds the words that follow from them.
using Figures = nlohmann::json;
// The words of a command.
using CommandWords = std::vector<std::string>;

// What refutes a strategy: the shortest that the tier has.
struct Refutation {
    std::optional<std::size_t> operations; // of the trace, without walks; nothing: there are longer ones only
    std::string by;                        // where the trace is, or what it does
    std::string trace;                     // with what is to be said of it, if it is not in a file
    CommandWords reproduce;
};

// What a tier saw of one strategy.
struct Evidence {
    const Strategy* strategy = nullptr;
    Seen seen = Seen::open;
    std::optional<Refutation> refutation;
    std::vector<std::string> cells;      // in short, under the tier's columns
    std::vector<std::string> refuted_in; // traces, in order, in which it loses an entry that the reference finds
    Figures figures = Figures::object();
};

// What a tier found wrong with the model, or with a trace.
struct Fault {
    std::string what; // "FILE:LINE: …"
    CommandWords reproduce;
    bool defect = false; // of rmapcheck
};

struct TierEvidence {
    std::vector<Evidence> rows; // one for each strategy, or none: the tier tests the model
    std::vector<Fault> faults;
    Figures figures = Figures::object();
    std::string summary;     // the figures in one line
    std::string cannot_tell; // why the tier did not see all that it should: interrupted, unknown
    std::string skipped;     // why it could not run here
};

struct Tier {
    std::string name;
    std::string sentence;
    std::vector<std::string> columns;
    double budget = 0; // seconds, unless the user gives another; 0: it is not bounded by time
    std::function<TierEvidence(const TierRequest&)> run;
    bool of_rules = true; // the rules of a kernel decide what it sees; else it is asked once
};

Tier corpus_tier();
Tier random_tier(const Lists& lists);
Tier explore_tier();
Tier live_tier();

} // namespace checker::inline gate
