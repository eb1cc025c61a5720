// Traces as text: reading, writing, and what a trace says besides its steps (docs/trace-format.md is the grammar).
//
// Nothing here knows an operation. The text of an operation is its name and its tuple of fields; the type of a field
// says how it is written and read (model/trace/fields.h), and the list of operations is model/ops.h.
#pragma once

#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "model/ops.h"
#include "model/trace/expectation.h"

namespace model {

// A comment or an empty line, kept for the round trip: the whole line, and the index of the step that it precedes.
struct Remark {
    std::size_t before = 0;
    std::string text;
    std::uint32_t line = 0; // in the file it was read from; 0 if there is none

    friend bool operator==(const Remark& a, const Remark& b) { return a.before == b.before && a.text == b.text; }
};

struct Trace {
    std::string path; // for messages
    std::vector<Step> steps;
    std::vector<Remark> remarks;           // by `before`
    std::vector<Expectation> expectations; // by `after`

    // What they say, wherever it stands.
    friend bool operator==(const Trace& a, const Trace& b) {
        return a.steps == b.steps && a.remarks == b.remarks && a.expectations == b.expectations;
    }
};

// An input is not what it should be: exit code 2. what() is one line, "FILE:LINE:COLUMN: what is wrong (what would be
// right)". Lines and columns count from 1, columns in bytes.
struct InputError : std::runtime_error {
    InputError(std::string file_, std::uint32_t line_, std::uint32_t column_, const std::string& wrong,
               const std::string& right);

    std::string file;
    std::uint32_t line, column;
};

inline constexpr std::string_view trace_header = "# rmapcheck trace 1";

// The trace that this text is; `path` is for messages. Throws InputError.
Trace read_trace(std::string_view text, std::string path);

// The same for a file; a file that cannot be read is an InputError at 1:1.
Trace load_trace(const std::string& path);

// One operation, with its pid and its result if it has one: "1 munmap(0x1000, 0x1000) = 0". Throws InputError at 1:….
Step read_step(std::string_view line, std::string path);

// The canonical text. Reading it gives an equal trace; comments stay as and where they are.
std::string to_text(const Trace& trace);
std::string to_text(const Step& step);           // without a newline
std::string to_text(const Operation& operation); // "munmap(0x1000, 0x1000)"
std::string to_text(const Expectation& expectation);

// "0", "0x12000" or "-1 ENOMEM". Values that may be addresses (a page's size and more) are hexadecimal.
std::string to_text(const Result& result);

} // namespace model
