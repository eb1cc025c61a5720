// What the trace format asks of a call beyond its fields: asked by the reader of every line, and by whoever writes a
// step that nobody has read, so that what is written can be read.
#pragma once

#include <optional>

#include "model/ops.h"

namespace model {

struct Unsayable {
    int argument; // which one is wrong, from 0; of_result: the result
    const char *wrong, *right;
    static constexpr int of_result = -1;
};

// Nothing if a trace can say it.
std::optional<Unsayable> unsayable(const Operation& op, const std::optional<Result>& result);

} // namespace model
