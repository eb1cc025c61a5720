// Traces as what a fuzzer changes: operation by operation, so that nearly everything that it tries can be played, where
// changed bytes would nearly all be refused. What comes out is a trace again, so that a corpus is a folder of traces.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <string_view>

namespace fuzz {

// The trace with one change: operations are drawn as `check` draws them and put in, taken out, moved, said twice, or
// given another argument. What cannot be played then is left out. A text that is no trace becomes one that is drawn.
// The same seed makes the same of it, of at most so many bytes.
std::string changed(std::string_view trace, std::uint64_t seed, std::size_t most);
// The beginning of one and the end of another, made playable.
std::string crossed(std::string_view one, std::string_view other, std::uint64_t seed, std::size_t most);

// The causes of whatever walks lose in any state of the trace: "STRATEGY: CAUSE". Empty if it is none; of one that
// cannot be played to its end, up to there. Throws what is a defect of the model.
std::set<std::string> causes_in(std::string_view trace);
// Those that the traces below a folder show.
std::set<std::string> causes_below(const std::string& folder);

} // namespace fuzz
