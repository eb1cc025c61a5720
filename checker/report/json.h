// Verdicts and states as JSON, in the form that docs/schema fixes.
#pragma once

#include <nlohmann/json.hpp>

#include "checker/judge/runner.h"

namespace checker::inline report {

// The text of a document. What is not UTF-8 in it, as a file's name may be, becomes U+FFFD.
std::string json_text(const nlohmann::json& document);

nlohmann::json to_json(const Verdict& v);
nlohmann::json to_json(MappedAt at);
// `processes` and `ksm` of a machine.
nlohmann::json state_json(const model::Kernel& k);
// One trace's run: path, verdicts, failures; `state` if asked for.
nlohmann::json report_json(const model::Trace& trace, const RunReport& report, bool with_state);

} // namespace checker::inline report
