// Tests say what happens as traces do.
#pragma once

#include <gtest/gtest.h>

#include <sstream>
#include <string>

#include "model/trace/trace.h"

namespace model {

// Plays the lines of a trace without its header; a result that a line states must come out.
inline void play_text(Kernel& k, const std::string& text) {
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
        if (line.empty()) continue;
        const Step step = read_step(line, "test");
        const Result result = play(k, step);
        if (step.expected) {
            EXPECT_EQ(to_text(result), to_text(*step.expected)) << line;
        }
    }
}

} // namespace model
