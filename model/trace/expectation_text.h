// Reading and writing of one expectation; read.cpp and write.cpp know when.
#pragma once

#include "model/trace/cursor.h"
#include "model/trace/expectation.h"

namespace model {

inline constexpr std::string_view expectation_mark = "#=";

// Reads to the end of the line, from behind the mark; `after_walk`: the step before it is a walk. Where it stands is
// the caller's to say.
Expectation read_expectation(Cursor& c, bool after_walk);

// Appends "#= …", without a newline.
void write_expectation(std::string& out, const Expectation& e);

} // namespace model
