// Verdicts and states as JSON, in the form that docs/schema fixes.
#pragma once

#include <nlohmann/json.hpp>

#include "checker/judge/runner.h"

namespace checker::inline report {

nlohmann::json to_json(const Verdict& v);
nlohmann::json to_json(MappedAt at);
// `processes` and `ksm` of a machine.
nlohmann::json state_json(const model::Kernel& k);
// One trace's run: path, verdicts, failures; `state` if asked for.
nlohmann::json report_json(const model::Trace& trace, const RunReport& report, bool with_state);

} // namespace checker::inline report
