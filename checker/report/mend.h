// The frontier of mends, as text and as JSON (docs/schema/mend.schema.json).
#pragma once

#include <nlohmann/json.hpp>

#include <map>
#include <string>

#include "checker/mend/frontier.h"

namespace checker::inline report {

nlohmann::json mend_json(const MendReport& report, const MendOptions& options,
                         const std::map<std::string, std::uint64_t>& edits);
// Of such a document: what `rmapcheck mend` prints, and what the page of docs/reports shows.
std::string mend_text(const nlohmann::json& document);

} // namespace checker::inline report
