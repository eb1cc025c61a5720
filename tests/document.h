// Documents that only a built kernel would print, made up by tests, for tests/schema/validate.py to hold against their
// schemas: it names a folder by RMAPCHECK_DOCUMENTS. Without one nothing is written.
#pragma once

#include <cstdlib>
#include <string>

#include "checker/report/json.h"
#include "checker/support/files.h"

// `name` is that of the schema, a dot, and what tells its documents apart.
inline void hand_over(const std::string& name, const nlohmann::json& document) {
    if (const char* folder = std::getenv("RMAPCHECK_DOCUMENTS"))
        checker::write_whole(std::string(folder) + "/" + name + ".json", checker::json_text(document));
}
