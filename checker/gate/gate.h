// The gate: what is known of a walk strategy after every tier has had its say.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "checker/judge/runner.h"

namespace checker::inline gate {

// What one tier says of one strategy.
enum class Standing : std::uint8_t {
    holds,      // nothing spoke against its claim
    refuted,    // it missed what the reference finds
    not_caught, // its claim is "refuted", and this tier did not refute it
    unknown,    // could not tell; the reason is in the tally
};
std::string_view to_string(Standing s);

// A trace that refutes a strategy; the one with the fewest operations is kept.
struct Refutation {
    std::string path;
    std::size_t operations = 0; // without walks
    std::uint32_t line = 0;
    MappedAt missed;
};

// The corpus tier's tally of one strategy.
struct Tally {
    const Strategy* strategy = nullptr;
    std::uint64_t traces = 0, pages = 0, heals = 0, stays = 0, visited = 0;
    std::uint64_t regressions = 0; // pages on which it missed what the reference finds, or read a freed VMA
    bool claim_broken = false;
    std::optional<Refutation> shortest;
};

struct CorpusTier {
    std::vector<Tally> tallies;        // in the order of the catalogue
    std::vector<std::string> failures; // expectations that were not met, "FILE:LINE: …"
    std::string failed_trace;          // the first trace with one
    std::size_t traces_played = 0, traces_found = 0;
    bool cut_short = false; // interrupted
};

// Plays every trace below the folder. `progress` is called before each.
CorpusTier run_corpus_tier(
    const std::string& folder, const RunOptions& options,
    const std::function<void(std::size_t done, std::size_t of, const std::string& path)>& progress);

// As a candidate a strategy must find what naive finds; else it must keep its claim, or be caught again.
Standing standing(const Tally& tally, bool candidate);

} // namespace checker::inline gate
