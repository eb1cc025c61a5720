// What a test tries, and how often it has by now, for docs/reports/tried.md; tests/tried.py reads it.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <string>

// The last count that a test says is kept, so that it is told in the loop: a test that fails has tried no more.
inline void tried(const std::string& what, std::uint64_t times) {
    testing::Test::RecordProperty("tried", what);
    testing::Test::RecordProperty("times", std::to_string(times));
}
