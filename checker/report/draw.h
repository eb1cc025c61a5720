// A picture of the machine for a mailing list: address spaces, page offsets and what a walk finds, at most 72 columns.
#pragma once

#include <optional>
#include <span>
#include <string>

#include "checker/judge/judge.h"
#include "checker/report/text.h"
#include "model/trace/trace.h"

namespace checker::inline report {

// The last operation that was no walk, and the machine before it.
struct LastChange {
    model::Kernel before;
    std::uint32_t line = 0;
    std::string step;
};
// Of the first so many steps of a trace; nothing if they are walks. They are played again, and must be playable.
std::optional<LastChange> last_change(const model::Trace& trace, std::uint64_t played, model::Config config);

// Draws every process of the machine, and under it what the verdicts say of the KSM pages. What the change left
// otherwise than it was has a mark: one that can be read, and a colour where the palette has any.
std::string draw(const model::Kernel& k, std::span<const Verdict> verdicts, const Palette& palette = {},
                 const std::optional<LastChange>& change = {});

} // namespace checker::inline report
