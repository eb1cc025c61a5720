// What a campaign holds every sequence to, and what it must have seen. The lists are in properties/.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "checker/judge/fast_judge.h"
#include "model/ops.h"

namespace checker::inline search {

// One operation, just played.
struct Moment {
    const model::Kernel* before; // null where no property asked for it
    const model::Step& step;
    const model::Result& result;
    const model::Kernel& after;
    std::span<const KsmEntry> entries;           // of `after`: every entry that maps a KSM page
    std::span<const Disagreement> disagreements; // of `after`
};

struct Property {
    std::string_view name;
    std::string_view sentence;
    bool every_time = true;                                  // else in some runs only: it costs more than the operation
    bool (*needs_before)(const model::Operation&) = nullptr; // the operations it is about; null: all, and only `after`
    std::optional<std::string> (*broken)(const Moment&) = nullptr;
};

// A property of a whole run: what was played, from a booted machine on, and the machine that came out.
struct RunProperty {
    std::string_view name;
    std::string_view sentence;
    std::optional<std::string> (*broken)(std::span<const model::Step> steps, const model::Kernel& after) = nullptr;
};

struct Witness {
    std::string_view name;
    std::string_view sentence;
    bool (*seen)(const Moment&) = nullptr;
};

// Everything that a campaign is held to.
struct Lists {
    std::span<const Property> properties;
    std::span<const RunProperty> run_properties;
    std::span<const Witness> witnesses;
};

} // namespace checker::inline search
