// What two guests showed of a patched kernel, as text and as JSON (docs/schema/gate-kernel.schema.json).
#pragma once

#include <nlohmann/json.hpp>

#include <string>

#include "checker/kernels/uml/findings.h"

namespace checker::inline report {

// One line: what follows from it all, and how much was lost.
std::string findings_summary(const kernels::uml::Findings& f);
std::string findings_text(const kernels::uml::Findings& f);
nlohmann::json findings_json(const kernels::uml::Findings& f);

} // namespace checker::inline report
