// The words of a log: what the names of calls, flags and advice mean to an import.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/flags.h"

namespace model {

struct FlagsRead {
    std::uint64_t bits = 0;           // with those of MAP_SHARED_VALIDATE, MAP_DROPPABLE and MAP_HUGETLB
    std::vector<std::string> unknown; // words
};
FlagsRead read_flags(std::string_view text, std::span<const FlagName> table);

// Why the trace cannot have a mapping with these flags; empty if it can.
std::string_view kept_out_for(std::uint64_t map_bits);

// The advice by its name, or by its number as an older strace prints it; nothing if the model does not have it.
std::optional<std::uint64_t> read_advice(std::string_view text);
// Why not: an advice that changes what is mapped is not one that only asks.
std::string advice_left_out(std::string_view text);

// Why a call that no import handles is not in the trace.
std::string call_left_out(std::string_view name);
// The same for prctl, by its option.
std::string prctl_left_out(std::string_view option);

} // namespace model
