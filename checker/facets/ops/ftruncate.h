// ftruncate: what takes pages away from whoever maps them.
#pragma once

#include "checker/facets/questions.h"

namespace checker::inline facets {

template <> struct Facets<model::Ftruncate> : OperationDefaults<model::Ftruncate> {
    static constexpr std::uint32_t weight = 4;
    static constexpr bool of_files = true;
    static bool in_bounds(const Bounds&, const model::Ftruncate& op) { return op.fd.v >= 0; }
    static bool enabled(const model::Kernel& k, const Bounds&, model::Id<model::Mm>, const model::Ftruncate& op) {
        return static_cast<bool>(model::find_file(k, op.fd.v));
    }
    static constexpr std::uint64_t rank = 2;
};

} // namespace checker::inline facets
