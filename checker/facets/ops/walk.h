// walk: changes nothing, so that it is only where somebody wrote it.
#pragma once

#include "checker/facets/questions.h"

namespace checker::inline facets {

template <> struct Facets<model::Walk> : OperationDefaults<model::Walk> {
    static constexpr std::uint32_t weight = 0;
    static constexpr bool explorable = false;
    static constexpr std::uint64_t rank = 1;
    static bool stands_in(const model::Walk&) { return false; }
    static std::optional<AskedPage> asks(const model::Walk& op) { return AskedPage{op.pid.v, op.addr.v}; }
};

} // namespace checker::inline facets
