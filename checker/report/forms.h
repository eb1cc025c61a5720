// What two guests showed, in the forms that other programs read: KTAP (the kernel's tests), JUnit's XML, SARIF 2.1.0,
// and the answer to b4's review-series-check-cmd.
#pragma once

#include <nlohmann/json.hpp>

#include <string>
#include <vector>

#include "checker/kernels/uml/findings.h"

namespace checker::inline report {

std::string findings_ktap(const kernels::uml::Findings& f);
std::string findings_junit(const kernels::uml::Findings& f);
nlohmann::json findings_sarif(const kernels::uml::Findings& f);

// The names of all forms, text and json included, and the findings in one of them.
const std::vector<std::string>& findings_forms();
std::string findings_in(const std::string& form, const kernels::uml::Findings& f);

// One entry of the array that b4 reads: a status ("pass", "warn" or "fail"), a line, and text to scroll through.
nlohmann::json check_result(const std::string& status, const std::string& summary, const std::string& details);
nlohmann::json check_result(const kernels::uml::Findings& f);

} // namespace checker::inline report
