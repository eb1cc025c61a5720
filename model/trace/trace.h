// Traces as text: reading, writing, and what a trace says besides its steps (docs/trace-format.md is the grammar).
//
// Nothing here knows an operation. The text of an operation is its name and its tuple of fields; the type of a field
// says how it is written and read (model/trace/fields.h), and the list of operations is model/ops.h.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "model/limits.h"
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

inline constexpr std::string_view trace_header = "# rmapcheck trace 1";

// The trace that this text is; `path` is for messages. Throws BadInput.
Trace read_trace(std::string_view text, std::string path);

// The same for a file; a file that cannot be read is a BadInput at 1:1.
Trace load_trace(const std::string& path);

// Can all of it be played under these rules? Throws BadInput with the line that cannot.
void require_playable(const Trace& trace, const Config& config);

// One operation, with its pid and its result if it has one: "1 munmap(0x1000, 0x1000) = 0". Throws BadInput at 1:….
Step read_step(std::string_view line, std::string path);

// The canonical text. Reading it gives an equal trace; comments stay as and where they are.
std::string to_text(const Trace& trace);
std::string to_text(const Step& step);           // without a newline
std::string to_text(const Operation& operation); // "munmap(0x1000, 0x1000)"
std::string to_text(const Expectation& expectation);

// "0", "0x12000" or "-1 ENOMEM". Values that may be addresses (a page's size and more) are hexadecimal.
std::string to_text(const Result& result);

// Calls f, which plays a step of this trace: what it finds wrong is said of the step's line.
template <class F> decltype(auto) at_step(const Trace& trace, const Step& step, F&& f) {
    try {
        return f();
    } catch (const AsksTooMuch& much) {
        throw much.at({trace.path, step.line, 1});
    } catch (const CannotTell& end) {
        throw end.at({trace.path, step.line, 1});
    } catch (const BadInput& bad) {
        if (!bad.place.file.empty()) throw;
        throw bad.at({trace.path, step.line, 1});
    } catch (const Broken& broken) {
        if (!broken.place.file.empty()) throw;
        throw Broken("in " + to_text(step) + ": " + broken.wrong, {trace.path, step.line, 1});
    }
}

} // namespace model
