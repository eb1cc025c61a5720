// What a run may ask for (config.h: limit_pages, out_of_time). A line of text can ask for more than any machine has.
#pragma once

#include <cstddef>
#include <string>

#include "model/config.h"
#include "model/fail.h"

namespace model {

// A BadInput, so that it is said of the line that asks; its own type, because the step that asked is half done.
struct AsksTooMuch : BadInput {
    using BadInput::BadInput;
    AsksTooMuch at(FilePlace where) const { return AsksTooMuch(wrong, right, std::move(where)); }
};

// Is there room for one more? Asked before each page-table entry and, of the other objects, before each step.
inline void require_room(const Config& config, std::size_t live, const char* what) {
    if (live >= config.limit_pages) [[unlikely]]
        throw AsksTooMuch("more than " + std::to_string(config.limit_pages) + " " + what,
                          "--limit-pages N allows more, and takes the memory");
}

// Asked before each step, and before each pass of ksmd.
inline void require_time(const Config& config) {
    if (config.out_of_time && config.out_of_time()) [[unlikely]]
        throw CannotTell("the time is over (--limit-seconds N)");
}

} // namespace model
