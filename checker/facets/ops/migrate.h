// migrate.
#pragma once

#include "checker/facets/pages.h"
#include "checker/facets/questions.h"

namespace checker::inline facets {

template <> struct Facets<model::Migrate> : OperationDefaults<model::Migrate> {
    static constexpr std::uint32_t weight = 3;
    static constexpr bool replaces_folios = true;
    static bool enabled(const model::Kernel& k, const Bounds&, model::Id<model::Mm>, const model::Migrate& op) {
        return has_page(k, op.pid, op.addr);
    }
    static bool uses_walk(const model::Migrate&) { return true; }
};

} // namespace checker::inline facets
