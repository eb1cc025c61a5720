// brk: the kernel says where the heap ends.
#pragma once

#include "checker/facets/questions.h"

namespace checker::inline facets {

template <> struct Facets<model::Brk> : OperationDefaults<model::Brk> {
    static constexpr std::uint32_t weight = 2;
    static constexpr bool makes_memory = true;
    static bool kernel_chooses(const model::Brk&) { return true; }
    static void pin(model::Brk& op, std::uint64_t address) { op.addr.v = address; }
};

} // namespace checker::inline facets
