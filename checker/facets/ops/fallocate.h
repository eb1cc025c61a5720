// fallocate: a hole is what takes pages away and leaves copies.
#pragma once

#include "checker/facets/questions.h"

namespace checker::inline facets {

template <> struct Facets<model::Fallocate> : OperationDefaults<model::Fallocate> {
    static constexpr std::uint32_t weight = 4;
    static constexpr bool of_files = true;
    static bool in_bounds(const Bounds& b, const model::Fallocate& op) {
        return op.fd.v >= 0 && op.length.v && op.offset.v + op.length.v <= b.pages * model::PAGE_SIZE;
    }
    static bool enabled(const model::Kernel& k, const Bounds&, model::Id<model::Mm>, const model::Fallocate& op) {
        return static_cast<bool>(model::find_file(k, op.fd.v));
    }
    static constexpr std::uint64_t rank = 2;
};

} // namespace checker::inline facets
