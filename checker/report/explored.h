// What `explore` says, as a document (docs/schema/explore.schema.json).
#pragma once

#include <nlohmann/json.hpp>

#include <string>
#include <string_view>
#include <vector>

#include "checker/search/scope/explore.h"

namespace checker::inline report {

// What the searches say of one strategy.
struct ScopeAnswer {
    const Strategy* strategy = nullptr;
    const ExploreReport* report = nullptr;
    InScope found = InScope::cannot_tell;
    std::vector<const Counterexample*> counterexamples;
    std::vector<std::string> saved, pages; // files
};
// In the order of the catalogue. The reports must outlive them.
std::vector<ScopeAnswer> answers_of(const std::vector<ExploreReport>& reports);
std::string_view word(InScope f);
// The trace, with the certificate of its length as its first remark.
std::string certified(const ScopeAnswer& a, const Counterexample& c);

// Of a share: what merge needs beside what is printed of the whole is the member `share`.
struct ExploreRequest {
    Shard shard;
    bool candidate = false; // the strategies were named
    bool all = false;       // a counterexample for each cause, not for each strategy
    bool settles = false;   // a search ends where each strategy is refuted
};
nlohmann::json explore_json(const std::vector<ExploreReport>& reports, const std::vector<ScopeAnswer>& answers,
                            const ExploreRequest& request);

} // namespace checker::inline report
