// exit: the last process stays.
#pragma once

#include "checker/facets/questions.h"
#include "model/kernel.h"

namespace checker::inline facets {

template <> struct Facets<model::Exit> : OperationDefaults<model::Exit> {
    static constexpr std::uint32_t weight = 2;
    static bool possible(const model::Kernel& k, const std::optional<model::Result>&) {
        return static_cast<bool>(k.processes.next(k.mms, k.processes.first(k.mms)));
    }
    static constexpr bool explored = true;
    static constexpr std::uint64_t rank = 1;
    static constexpr bool changes_items = true;
};

} // namespace checker::inline facets
