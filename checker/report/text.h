// Verdicts as text.
#pragma once

#include <string>

#include "checker/judge/runner.h"

namespace checker::inline report {

struct Palette {
    bool on = false;
    std::string bad(const std::string& s) const { return on ? "\033[31m" + s + "\033[0m" : s; }
    std::string good(const std::string& s) const { return on ? "\033[32m" + s + "\033[0m" : s; }
    std::string dim(const std::string& s) const { return on ? "\033[2m" + s + "\033[0m" : s; }
};

// What a run found, page by page: a line for each strategy.
std::string report_text(const model::Trace& trace, const RunReport& report, const Palette& palette);

// Lines of cells as a table with aligned columns, two spaces between them.
std::string table_text(const std::vector<std::vector<std::string>>& rows);

} // namespace checker::inline report
