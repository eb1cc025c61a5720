// Calls of a log about files.
#pragma once

#include <optional>

#include "model/ops.h"
#include "model/trace/import/strace_log.h"

namespace model {

// ftruncate or fallocate, told in whole pages of the file of this number: an end and room are rounded up, a hole
// inwards. Nothing if no page is concerned, or the arguments are not understood.
std::optional<Operation> call_on_file(const StraceCall& call, std::int32_t number);

} // namespace model
