// The ledger: every theorem, what came of its questions, of its control, and of the steps that need a premise.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "checker/support/progress.h"
#include "properties/proofs/replay.h"
#include "properties/proofs/theorem.h"

namespace properties::proofs {

struct Asked {
    std::string query;
    Outcome outcome;
};

struct BreakEntry {
    std::string operation, premise;
    checker::PieceSet left_out = 0; // of a mend
    Asked asked;
    std::string trace;
    Replay replay;
    // Needed for sure: refuted, and played.
    bool shown() const { return asked.outcome.answer == Answer::refuted && replay.shows_miss; }
    // And by a strategy on the kernel as it is.
    bool shown_of_strategy() const { return shown() && !left_out; }
};

struct Entry {
    const Theorem* theorem = nullptr;
    // The worst answer of its questions; error if the control is not refuted, or a break does not replay.
    Answer answer = Answer::error;
    std::string reason; // unless proved: which question, and what the solver said
    std::vector<Asked> asked;
    Asked control;
    std::vector<BreakEntry> breaks;
    double seconds = 0;   // of the processor
    std::size_t size = 0; // nodes of all formulas
};

struct Ledger {
    std::string solver;
    Settings settings;
    std::vector<Entry> entries; // in the order of the theorems
    double seconds = 0;         // of the clock; theorems run beside each other
};

// What plays the traces of breaks; none plays them not, and a theorem with breaks is then an error.
using Replayer = std::function<Replay(const Break& b, const std::string& trace, std::string_view strategy)>;

// Proves the theorems, on as many threads as the machine has processors. Told is each that is settled, one at a time.
Ledger prove(std::span<const Theorem* const> theorems, const Settings& settings,
             const Replayer& replayer = replay_break, const checker::Tell& progress = {});

// The worst answer of the ledger; proved if it has no entries.
Answer worst(const Ledger& ledger);

std::string to_text(const Ledger& ledger, bool quiet);
nlohmann::json to_json(const Ledger& ledger);

} // namespace properties::proofs
