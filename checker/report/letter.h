// A finding as a mail to a list: what one run measured of one trace, and nothing else; what was not tried is said.
// Plain text of at most 72 columns, but for the picture and the C program.
#pragma once

#include <nlohmann/json.hpp>

#include <string>

#include "checker/kernels/uml/findings.h"

namespace checker::inline report {

struct Letter {
    const model::Trace& trace;
    const kernels::uml::Findings& findings;       // of this trace on the kernel
    const kernels::uml::Findings* good = nullptr; // of the same on another one; null: it was not tried
    std::string no_good;                          // why not, if it should have been
};

std::string letter_subject(const Letter& l);
std::string letter_text(const Letter& l);
// What happens, in three sentences.
std::vector<std::string> letter_sentences(const Letter& l);
// All that the kernels printed, and what was made of it.
std::string letter_log(const Letter& l);
// docs/schema/report-kernel.schema.json. `files`: what was written beside it.
nlohmann::json letter_json(const Letter& l, const std::vector<std::string>& files);

// The text in lines of at most 72 columns, the first behind `first`, the others behind as many blanks.
std::string folded(std::string_view text, std::string_view first = "");

} // namespace checker::inline report
