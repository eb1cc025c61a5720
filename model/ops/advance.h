// advance, finish: an operation in flight goes on, to its next point or to its end (model/flight.h).
#pragma once

#include <tuple>

#include "model/ops/fields.h"

namespace model {

struct Advance {
    FlightArg flight;

    static constexpr std::string_view name = "advance";
    static constexpr bool by_kernel = true;
    static constexpr bool bare = true; // its text has no parentheses
    static constexpr auto fields = std::tuple{&Advance::flight};
    friend bool operator==(const Advance&, const Advance&) = default;
};

// 0, or what the operation returns if it is over then. WouldWait if it cannot go on now.
Result apply(Context c, const Advance& op);

struct Finish {
    FlightArg flight;

    static constexpr std::string_view name = "finish";
    static constexpr bool by_kernel = true;
    static constexpr bool bare = true;
    static constexpr auto fields = std::tuple{&Finish::flight};
    friend bool operator==(const Finish&, const Finish&) = default;
};

// What the operation returns. WouldWait if it cannot go on at some point.
Result apply(Context c, const Finish& op);

} // namespace model
