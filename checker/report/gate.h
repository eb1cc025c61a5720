// What the gate concluded, with the evidence of its tiers: as one table, and as one document
// (docs/schema/gate.schema.json).
#pragma once

#include <nlohmann/json.hpp>

#include <string>

#include "checker/gate/gate.h"

namespace checker::inline report {

// Faults; under the rules of each kernel the table, unless `brief` what each tier saw in a line, and the traces of what
// should not have been refuted; and where the rules make a difference.
std::string gate_text(const GateReport& report, bool brief);
nlohmann::json gate_json(const GateReport& report, const TierRequest& request);

} // namespace checker::inline report
