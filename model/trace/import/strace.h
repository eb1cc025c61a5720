// From an strace log to a trace. docs/trace-format.md says what is kept, what is left out and what is added.
//
// The importer plays on a model what it writes: what the model has mapped is what later calls are clipped to, so that a
// call on memory which was left out (shared, huge, or mapped by execve before strace could see it) keeps its effect on
// the rest. What is not in the trace is counted, with the reason.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "model/trace/trace.h"

namespace model {

struct ImportOptions {
    unsigned touch = 2;       // pages of a range that are stored to when it becomes writable
    bool merge_any = false;   // begin with prctl(PR_SET_MEMORY_MERGE, 1): all memory of all processes may be merged
    unsigned scan_every = 0;  // a full scan and walks after that many calls; 0: only at the end
    unsigned final_scans = 3; // full scans at the end
    unsigned walks = 8;       // walk lines after a scan, at most
    Config config = {};       // of the model that plays what is written
    std::size_t limit = 0;    // calls that are imported, the first ones; 0: all
    std::function<void(std::uint64_t done, std::uint64_t of)> progress = {}; // told of each call of the log
};

struct ImportResult {
    Trace trace;              // begins with comments that repeat what is counted below
    std::uint64_t calls = 0;  // of the log that became steps
    std::uint64_t stores = 0; // that were added
    std::uint64_t processes = 0;
    std::vector<std::pair<std::string, std::uint64_t>> left_out; // reason and count, most frequent first
};

// `text`: the log; `path`: its name in messages. Throws BadInput if there is no line of strace in it.
ImportResult import_strace(std::string_view text, const std::string& path, const ImportOptions& options = {});

// The same for a file; a file that cannot be read is a BadInput at 1:1.
ImportResult import_strace_file(const std::string& path, const ImportOptions& options = {});

} // namespace model
