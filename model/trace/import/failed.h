// A call that failed is evidence, too: if the model knows the reason, the trace says the error.
#pragma once

#include <optional>

#include "model/ops.h"
#include "model/trace/import/strace_log.h"

namespace model {

// The error of that name; nothing if the model has no such error.
std::optional<Errno> errno_of(std::string_view name);

// The call with the arguments that it had, which a call that succeeds is not written with (it is cut to what is
// mapped). Nothing if a trace cannot say it, or if more than its address space decides whether it fails: a call on a
// file.
std::optional<Operation> literally(const StraceCall& call);

} // namespace model
