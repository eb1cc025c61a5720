// What a trace says of the states that it passes, held against the run.
#pragma once

#include <optional>
#include <span>
#include <string>

#include "checker/judge/judge.h"
#include "model/trace/trace.h"

namespace checker::inline judge {

// Is the expectation met? `walked` are the verdicts of the walk on the line before, by the strategies of the session;
// what is expected of another strategy of the catalogue is not held against anybody. Nothing if it is met; else what is
// so instead.
std::optional<std::string> unmet(const model::Expectation& e, const Session& session, std::span<const Verdict> walked);

// "1:0x12000".
std::string to_text(MappedAt at);
// The entries that nobody will put back where this strategy drives.
std::vector<MappedAt> stale_for(const Session& session, const Strategy& s);
std::string to_text(std::span<const MappedAt> list);

// The VMAs of a process as an expectation would state them, with the chains.
std::vector<model::ExpectedVma> vmas_of(const model::Kernel& k, model::Pid pid);

} // namespace checker::inline judge
