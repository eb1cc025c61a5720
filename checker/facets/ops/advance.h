// advance, finish: what is in flight goes on. Who draws a sequence asks for them where something is.
#pragma once

#include "checker/facets/questions.h"

namespace checker::inline facets {

// Of both.
template <class Op> struct GoesOn : OperationDefaults<Op> {
    static constexpr std::uint32_t weight = 0;
    static constexpr bool goes_on = true;
    static constexpr bool explorable = false;
    static bool enabled(const model::Kernel& k, const Bounds&, model::Id<model::Mm>, const Op& op) {
        return model::find_flight(k, op.flight.v) != nullptr;
    }
    static constexpr std::uint64_t rank = 1;
    static bool stands_in(const Op&) { return false; }
    static constexpr bool changes_items = true;
    static bool uses_walk(const Op&) { return true; }
};
template <> struct Facets<model::Advance> : GoesOn<model::Advance> {};
template <> struct Facets<model::Finish> : GoesOn<model::Finish> {};

} // namespace checker::inline facets
