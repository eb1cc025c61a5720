// What an import kept and left out, for whoever opens the trace.
#pragma once

#include "model/trace/import/strace.h"

namespace model {

// As comments above everything else.
void prepend_summary(ImportResult& r);

} // namespace model
